using System.Globalization;

namespace Migrate.Crystals;

/// <summary>
/// The 92 one-hot descriptors of an element that CGCNN introduced (Xie and Grossman, Phys. Rev. Lett. 120, 145301 (2018)) and ALIGNN
/// uses: nine properties, each cut into bins, at most one bit set per property.
/// <code>
///  0–18  group: 0 for lanthanides and actinides, else 1..18     19–25  period 1..7
/// 26–35  electronegativity, Pauling, 10 equal bins 0.5..4.0     36–45  covalent radius, 10 equal bins 25..250 pm
/// 46–57  valence electrons 1..12                                58–67  ln(first ionization energy / eV), 10 equal bins 1.3..3.3
/// 68–77  electron affinity, 10 equal bins −3..3.7 eV            78–81  block s, p, d, f
/// 82–91  ln(atomic volume / cm³ mol⁻¹), 10 equal bins 1.5..4.3
/// </code>
/// </summary>
public static class CgcnnFeatures
{
    /// <summary>Length of the vector.</summary>
    public const int Dimension = 92;

    /// <summary>Heaviest element that has features: those past fermium get fermium's, as in the published table.</summary>
    public const int HeaviestElement = 103;

    private const int HeaviestOwn = 100;

    // Symbol, group, period, then bins counted from 0 (electronegativity, radius), valence electrons, bins (ionization energy, electron
    // affinity), block, bin (volume). "-" where the property has no value. Bins and not values, because the published table, which
    // trained weights depend on, puts some elements into a bin beside the one that today's values give (Pd counts 12 valence electrons,
    // all f-block elements 2).
    private const string Table = """
        H   1 1 4 0  1 6 5 s 4
        He 18 1 - 0  2 9 - s 6
        Li  1 2 1 4  1 1 5 s 3
        Be  2 2 3 3  2 4 0 s 0
        B  13 2 4 2  3 4 4 p 0
        C  14 2 5 2  4 5 6 p 0
        N  15 2 7 2  5 6 2 p 4
        O  16 2 8 1  6 6 6 p 4
        F  17 2 9 1  7 7 9 p 4
        Ne 18 2 - 1  8 8 - p 4
        Na  1 3 1 5  1 1 5 s 5
        Mg  2 3 2 5  2 3 - s 4
        Al 13 3 3 4  3 2 5 p 2
        Si 14 3 3 4  4 3 6 p 3
        P  15 3 4 3  5 5 5 p 4
        S  16 3 5 3  6 5 7 p 4
        Cl 17 3 7 3  7 6 9 p 5
        Ar 18 3 - 3  8 7 - p 6
        K   1 4 0 7  1 0 5 s 8
        Ca  2 4 1 6  2 2 4 s 6
        Sc  3 4 2 5  3 2 4 d 4
        Ti  4 4 2 4  4 3 4 d 3
        V   5 4 3 4  5 3 5 d 2
        Cr  6 4 3 4  6 3 5 d 1
        Mn  7 4 3 4  7 3 - d 1
        Fe  8 4 3 4  8 3 4 d 1
        Co  9 4 3 3  9 3 5 d 1
        Ni 10 4 4 3 10 3 6 d 1
        Cu 11 4 3 3 11 3 6 d 1
        Zn 12 4 3 4 12 4 - d 2
        Ga 13 4 3 4  3 2 5 p 3
        Ge 14 4 4 4  4 3 6 p 3
        As 15 4 4 4  5 4 5 p 3
        Se 16 4 5 4  6 4 7 p 4
        Br 17 4 7 3  7 5 9 p 5
        Kr 18 4 - 4  8 6 - p 7
        Rb  1 5 0 8  1 0 5 s 9
        Sr  2 5 1 7  2 2 4 s 7
        Y   3 5 2 6  3 2 4 d 5
        Zr  4 5 2 5  4 2 5 d 4
        Nb  5 5 3 5  5 3 5 d 3
        Mo  6 5 4 5  6 3 5 d 2
        Tc  7 5 4 4  7 3 5 d 2
        Ru  8 5 4 4  8 3 6 d 2
        Rh  9 5 5 4  9 3 6 d 2
        Pd 10 5 4 4 12 4 5 d 2
        Ag 11 5 4 4 11 3 6 d 2
        Cd 12 5 3 4 12 4 - d 3
        In 13 5 3 5  3 2 4 p 4
        Sn 14 5 4 5  4 3 6 p 4
        Sb 15 5 4 5  5 4 6 p 5
        Te 16 5 4 4  6 4 7 p 5
        I  17 5 6 4  7 5 9 p 6
        Xe 18 5 6 4  8 5 4 p 8
        Cs  1 6 0 9  1 0 5 s 9
        Ba  2 6 1 7  2 1 4 s 7
        La  0 6 1 6  2 2 5 f 5
        Ce  0 6 1 6  2 2 5 f 5
        Pr  0 6 1 6  2 1 5 f 5
        Nd  0 6 1 6  2 2 7 f 5
        Pm  0 6 - 6  2 2 - f -
        Sm  0 6 1 6  2 2 - f 5
        Eu  0 6 - 6  2 2 5 f 6
        Gd  0 6 1 6  2 2 - f 5
        Tb  0 6 - 6  2 2 6 f 5
        Dy  0 6 2 6  2 2 5 f 5
        Ho  0 6 2 6  2 2 - f 5
        Er  0 6 2 6  2 2 - f 5
        Tm  0 6 2 6  2 2 6 f 4
        Yb  0 6 - 6  2 2 4 f 6
        Lu  3 6 1 6  3 1 4 d 4
        Hf  4 6 2 5  4 3 4 d 3
        Ta  5 6 2 5  5 3 4 d 3
        W   6 6 3 4  6 3 5 d 2
        Re  7 6 3 4  7 3 4 d 2
        Os  8 6 4 4  8 4 6 d 2
        Ir  9 6 4 4  9 4 6 d 2
        Pt 10 6 4 4 10 4 7 d 2
        Au 11 6 5 4 11 4 7 d 2
        Hg 12 6 3 4 12 5 - d 4
        Tl 13 6 3 5  3 2 5 p 4
        Pb 14 6 3 5  4 3 5 p 5
        Bi 15 6 3 5  5 3 5 p 5
        Po 16 6 4 5  6 4 7 p 5
        At 17 6 4 5  7 4 8 p -
        Rn 18 6 - 5  8 5 - p -
        Fr  1 7 0 8  1 0 5 s -
        Ra  2 7 1 7  2 1 4 s 8
        Ac  0 7 1 7  2 1 5 f 5
        Th  0 7 2 6  2 2 - f 5
        Pa  0 7 2 6  2 2 - f 4
        U   0 7 3 6  2 2 - f 3
        Np  0 7 2 6  2 2 - f 5
        Pu  0 7 2 6  2 2 - f -
        Am  0 7 - 6  2 2 - f 5
        Cm  0 7 - 6  2 2 - f 5
        Bk  0 7 - 6  2 2 - f -
        Cf  0 7 - 6  2 2 - f -
        Es  0 7 - 6  2 2 - f -
        Fm  0 7 - 6  2 2 - f -
        """;

    private static readonly sbyte[][] Bits = [.. Table.Split('\n').Select(Parse)];

    /// <summary>Writes an element's descriptors.</summary>
    /// <param name="atomicNumber">1..103.</param>
    /// <param name="features">[92] receives zeros and ones.</param>
    /// <exception cref="InvalidInputException">The element has no descriptors.</exception>
    public static void Fill(int atomicNumber, Span<float> features)
    {
        if (atomicNumber is < 1 or > HeaviestElement)
        {
            throw new InvalidInputException(
                $"element {Element.FromAtomicNumber(atomicNumber)} has no CGCNN descriptors; they end with element {HeaviestElement}");
        }

        features[..Dimension].Clear();
        foreach (var bit in Bits[Math.Min(atomicNumber, HeaviestOwn) - 1])
        {
            features[bit] = 1;
        }
    }

    private static sbyte[] Parse(string line)
    {
        var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        (int First, int Offset)[] places = [(0, 0), (19, 1), (26, 0), (36, 0), (46, 1), (58, 0), (68, 0), (78, 0), (82, 0)];
        var bits = new List<sbyte>();
        for (var k = 0; k < places.Length; k++)
        {
            var cell = cells[k + 1];
            if (cell != "-")
            {
                var value = k == 7 ? "spdf".IndexOf(cell[0], StringComparison.Ordinal) : int.Parse(cell, CultureInfo.InvariantCulture);
                bits.Add((sbyte)(places[k].First + value - places[k].Offset));
            }
        }

        return [.. bits];
    }
}
