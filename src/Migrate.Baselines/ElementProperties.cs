using System.Collections.Frozen;
using System.Globalization;
using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>What descriptors need to know of an element.</summary>
/// <param name="Electronegativity">Pauling scale (CRC Handbook; Allred, J. Inorg. Nucl. Chem. 17, 215 (1961)); elements without a value have an interpolated one.</param>
/// <param name="CovalentRadius">Å (Cordero et al., Dalton Trans. 2832 (2008)).</param>
/// <param name="IonicRadius">Å, six-fold coordinated ion of <paramref name="Charge"/> (Shannon, Acta Cryst. A32, 751 (1976)).</param>
/// <param name="Charge">The commonest charge in oxides and halides, in units of e; negative for anions.</param>
public sealed record ElementProperties(double Electronegativity, double CovalentRadius, double IonicRadius, int Charge)
{
    // symbol, electronegativity, covalent radius, ionic radius, charge. Where the sources have several values or none: covalent radii of Mn, Fe and
    // Co are the mean of low and high spin; N(3-) is four-fold; a proton has no radius of its own in six-fold coordination and counts 0.10; Tb lies
    // between Gd and Dy.
    private const string Table =
        """
        H 2.20 0.31 0.10 1;Li 0.98 1.28 0.76 1;Be 1.57 0.96 0.45 2;B 2.04 0.84 0.27 3;C 2.55 0.76 0.16 4;N 3.04 0.71 1.46 -3;O 3.44 0.66 1.40 -2;
        F 3.98 0.57 1.33 -1;Na 0.93 1.66 1.02 1;Mg 1.31 1.41 0.72 2;Al 1.61 1.21 0.535 3;Si 1.90 1.11 0.40 4;P 2.19 1.07 0.38 5;S 2.58 1.05 1.84 -2;
        Cl 3.16 1.02 1.81 -1;K 0.82 2.03 1.38 1;Ca 1.00 1.76 1.00 2;Sc 1.36 1.70 0.745 3;Ti 1.54 1.60 0.605 4;V 1.63 1.53 0.58 4;Cr 1.66 1.39 0.615 3;
        Mn 1.55 1.50 0.645 3;Fe 1.83 1.42 0.645 3;Co 1.88 1.38 0.61 3;Ni 1.91 1.24 0.69 2;Cu 1.90 1.32 0.73 2;Zn 1.65 1.22 0.74 2;Ga 1.81 1.22 0.62 3;
        Ge 2.01 1.20 0.53 4;As 2.18 1.19 0.46 5;Se 2.55 1.20 1.98 -2;Br 2.96 1.20 1.96 -1;Rb 0.82 2.20 1.52 1;Sr 0.95 1.95 1.18 2;Y 1.22 1.90 0.90 3;
        Zr 1.33 1.75 0.72 4;Nb 1.60 1.64 0.64 5;Mo 2.16 1.54 0.65 4;Tc 1.90 1.47 0.645 4;Ru 2.20 1.46 0.62 4;Rh 2.28 1.42 0.665 3;Pd 2.20 1.39 0.86 2;
        Ag 1.93 1.45 1.15 1;Cd 1.69 1.44 0.95 2;In 1.78 1.42 0.80 3;Sn 1.96 1.39 0.69 4;Sb 2.05 1.39 0.60 5;Te 2.10 1.38 2.21 -2;I 2.66 1.39 2.20 -1;
        Cs 0.79 2.44 1.67 1;Ba 0.89 2.15 1.35 2;La 1.10 2.07 1.032 3;Ce 1.12 2.04 0.87 4;Pr 1.13 2.03 0.99 3;Nd 1.14 2.01 0.983 3;Pm 1.13 1.99 0.97 3;
        Sm 1.17 1.98 0.958 3;Eu 1.20 1.98 0.947 3;Gd 1.20 1.96 0.938 3;Tb 1.20 1.94 0.923 3;Dy 1.22 1.92 0.912 3;Ho 1.23 1.92 0.901 3;Er 1.24 1.89 0.89 3;
        Tm 1.25 1.90 0.88 3;Yb 1.10 1.87 0.868 3;Lu 1.27 1.87 0.861 3;Hf 1.30 1.75 0.71 4;Ta 1.50 1.70 0.64 5;W 2.36 1.62 0.60 6;Re 1.90 1.51 0.63 4;
        Os 2.20 1.44 0.63 4;Ir 2.20 1.41 0.625 4;Pt 2.28 1.36 0.625 4;Au 2.54 1.36 0.85 3;Hg 2.00 1.32 1.02 2;Tl 1.62 1.45 1.50 1;Pb 2.33 1.46 1.19 2;
        Bi 2.02 1.48 1.03 3;Th 1.30 2.06 0.94 4;U 1.38 1.96 0.89 4
        """;

    private static readonly FrozenDictionary<int, ElementProperties> Known = Parse();

    /// <summary>True for an element that is an anion in ordinary battery materials.</summary>
    public bool IsAnion => Charge < 0;

    /// <summary>Charge of the element where it is a cation, e: that of its group where it is an anion elsewhere (sulphur in a sulphate).</summary>
    public int CationCharge => Charge > 0 ? Charge : Charge + 8;

    /// <summary>The properties of an element; of elements without a row (noble gases, most actinides) those of an average metal.</summary>
    /// <param name="atomicNumber">1 to 118.</param>
    public static ElementProperties Of(int atomicNumber) => Known.GetValueOrDefault(atomicNumber) ?? new ElementProperties(1.6, 1.6, 0.8, 3);

    /// <summary>True for an element that has a row.</summary>
    public static bool IsKnown(int atomicNumber) => Known.ContainsKey(atomicNumber);

    private static FrozenDictionary<int, ElementProperties> Parse() => Table
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(row => row.Split(' '))
        .ToFrozenDictionary(
            cells => Element.TryParse(cells[0], out var element) ? element.AtomicNumber : throw new FormatException(cells[0]),
            cells => new ElementProperties(Number(cells[1]), Number(cells[2]), Number(cells[3]), (int)Number(cells[4])));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
