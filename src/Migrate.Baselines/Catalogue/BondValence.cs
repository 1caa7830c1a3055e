using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Bond valences s = exp((R − d) / 0.37 Å) with R from parameters of the two elements (O'Keeffe and Brese, J. Am. Chem. Soc. 113, 3226 (1991)).
/// </summary>
internal static class BondValence
{
    private const double Softness = 0.37;

    // symbol, size r / Å, electronegativity c
    private const string Table = """
        H .38 .89;Li 1 .97;Be .81 1.47;B .79 1.6;C .78 2;N .72 2.61;O .63 3.15;F .58 3.98;Na 1.36 1.01;Mg 1.21 1.23;Al 1.13 1.47;Si 1.12 1.58;P 1.09 1.96;
        S 1.03 2.35;Cl .99 2.74;K 1.73 .91;Ca 1.5 1.04;Sc 1.34 1.2;Ti 1.27 1.32;V 1.21 1.45;Cr 1.16 1.56;Mn 1.17 1.6;Fe 1.16 1.64;Co 1.09 1.7;Ni 1.04 1.75;
        Cu .87 1.75;Zn 1.07 1.66;Ga 1.14 1.82;Ge 1.21 1.51;As 1.21 2.23;Se 1.18 2.51;Br 1.13 2.58;Rb 1.84 .89;Sr 1.66 .99;Y 1.52 1.11;Zr 1.43 1.22;Nb 1.4 1.23;
        Mo 1.37 1.3;Ru 1.21 1.42;Rh 1.18 1.54;Pd 1.11 1.35;Ag 1.12 1.42;Cd 1.28 1.46;In 1.34 1.49;Sn 1.37 1.72;Sb 1.41 1.72;Te 1.4 2.72;I 1.33 2.38;Cs 2.05 .86;
        Ba 1.88 .97;La 1.71 1.08;Ce 1.68 1.08;Pr 1.66 1.07;Nd 1.64 1.07;Sm 1.61 1.07;Eu 1.62 1.01;Gd 1.58 1.11;Tb 1.56 1.1;Dy 1.54 1.1;Ho 1.53 1.1;Er 1.51 1.11;
        Tm 1.5 1.11;Yb 1.49 1.06;Lu 1.47 1.14;Hf 1.42 1.23;Ta 1.39 1.33;W 1.38 1.4;Re 1.37 1.46;Ir 1.37 1.55;Hg 1.32 1.44;Tl 1.62 1.44;Pb 1.53 1.55;Bi 1.54 1.67;
        Th 1.7 1.11;U 1.59 1.22
        """;

    private static readonly Dictionary<int, (double Size, double Affinity)> Known = Table
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' '))
        .ToDictionary(
            cells => Element.TryParse(cells[0], out var element) ? element.AtomicNumber : throw new FormatException(cells[0]),
            cells => (double.Parse(cells[1], CultureInfo.InvariantCulture), double.Parse(cells[2], CultureInfo.InvariantCulture)));

    /// <summary>Length of a bond of valence 1 between two elements, Å. Elements that the paper leaves out have their covalent radius and electronegativity.</summary>
    public static double UnitLength(int z1, int z2)
    {
        var ((r1, c1), (r2, c2)) = (Of(z1), Of(z2));
        var difference = Math.Sqrt(c1) - Math.Sqrt(c2);
        return r1 + r2 - (r1 * r2 * difference * difference / ((c1 * r1) + (c2 * r2)));
    }

    /// <summary>[n_atoms] sums of the valences of bonds to ions of the other sign, e.</summary>
    public static double[] Sums(Structure structure, NeighborList neighbors, double[] charges)
    {
        var sums = new double[structure.Count];
        for (var k = 0; k < neighbors.Count; k++)
        {
            var (i, j) = (neighbors.Source[k], neighbors.Target[k]);
            if (charges[i] * charges[j] < 0)
            {
                sums[i] += Of(structure.AtomicNumbers[i], structure.AtomicNumbers[j], neighbors.Distance[k]);
            }
        }

        return sums;
    }

    // At most that of a bond 1 Å shorter than one of valence 1.
    private static double Of(int z1, int z2, double distance) => Math.Exp(Math.Min(1, UnitLength(z1, z2) - distance) / Softness);

    private static (double Size, double Affinity) Of(int z) => Known.TryGetValue(z, out var row)
        ? row
        : (ElementProperties.Of(z).CovalentRadius, ElementProperties.Of(z).Electronegativity);
}
