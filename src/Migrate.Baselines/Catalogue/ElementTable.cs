using System.Globalization;
using Migrate.Crystals;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Properties of elements 1 to 96 that composition descriptors are made of: standard atomic mass (IUPAC 2021), melting temperature and first
/// ionization energy (CRC Handbook of Chemistry and Physics), electrons outside the noble-gas core of the neutral atom (NIST Atomic Spectra Database).
/// </summary>
internal static class ElementTable
{
    public const int Heaviest = 96;

    // symbol, mass / u, melting temperature / K, first ionization energy / eV
    private const string Table = """
        H 1.008 13.81 13.598;He 4.0026 0.95 24.587;Li 6.94 453.7 5.392;Be 9.0122 1560 9.323;B 10.81 2349 8.298;C 12.011 3823 11.260;N 14.007 63.05 14.534;
        O 15.999 54.8 13.618;F 18.998 53.5 17.423;Ne 20.180 24.56 21.565;Na 22.990 370.9 5.139;Mg 24.305 923 7.646;Al 26.982 933.5 5.986;Si 28.085 1687 8.152;
        P 30.974 317.3 10.487;S 32.06 388.4 10.360;Cl 35.45 171.6 12.968;Ar 39.95 83.8 15.760;K 39.098 336.5 4.341;Ca 40.078 1115 6.113;Sc 44.956 1814 6.561;
        Ti 47.867 1941 6.828;V 50.942 2183 6.746;Cr 51.996 2180 6.767;Mn 54.938 1519 7.434;Fe 55.845 1811 7.902;Co 58.933 1768 7.881;Ni 58.693 1728 7.640;
        Cu 63.546 1357.8 7.726;Zn 65.38 692.7 9.394;Ga 69.723 302.9 5.999;Ge 72.630 1211.4 7.899;As 74.922 1090 9.789;Se 78.971 494 9.752;Br 79.904 265.8 11.814;
        Kr 83.798 115.8 14.000;Rb 85.468 312.5 4.177;Sr 87.62 1050 5.695;Y 88.906 1795 6.217;Zr 91.224 2128 6.634;Nb 92.906 2750 6.759;Mo 95.95 2896 7.092;
        Tc 97 2430 7.119;Ru 101.07 2607 7.361;Rh 102.91 2237 7.459;Pd 106.42 1828 8.337;Ag 107.87 1234.9 7.576;Cd 112.41 594.2 8.994;In 114.82 429.8 5.786;
        Sn 118.71 505.1 7.344;Sb 121.76 903.8 8.608;Te 127.60 722.7 9.010;I 126.90 386.9 10.451;Xe 131.29 161.4 12.130;Cs 132.91 301.6 3.894;Ba 137.33 1000 5.212;
        La 138.91 1193 5.577;Ce 140.12 1071 5.539;Pr 140.91 1204 5.473;Nd 144.24 1294 5.525;Pm 145 1315 5.582;Sm 150.36 1347 5.644;Eu 151.96 1095 5.670;
        Gd 157.25 1586 6.150;Tb 158.93 1629 5.864;Dy 162.50 1685 5.939;Ho 164.93 1747 6.022;Er 167.26 1802 6.108;Tm 168.93 1818 6.184;Yb 173.05 1097 6.254;
        Lu 174.97 1936 5.426;Hf 178.49 2506 6.825;Ta 180.95 3290 7.550;W 183.84 3695 7.864;Re 186.21 3459 7.834;Os 190.23 3306 8.438;Ir 192.22 2719 8.967;
        Pt 195.08 2041.4 8.959;Au 196.97 1337.3 9.226;Hg 200.59 234.3 10.438;Tl 204.38 577 6.108;Pb 207.2 600.6 7.417;Bi 208.98 544.7 7.286;Po 209 527 8.414;
        At 210 575 9.318;Rn 222 202 10.749;Fr 223 300 4.073;Ra 226 973 5.278;Ac 227 1323 5.380;Th 232.04 2023 6.307;Pa 231.04 1841 5.890;U 238.03 1405 6.194;
        Np 237 917 6.266;Pu 244 913 6.026;Am 243 1449 5.974;Cm 247 1613 5.991
        """;

    private static readonly (double Mass, double Melting, double Ionization)[] Rows = Parse();

    private static readonly int[] NobleGases = [0, 2, 10, 18, 36, 54, 86];

    // Transition metals that borrow from their s shell: atomic number, electrons left in it.
    private static readonly Dictionary<int, int> Borrowed = new(
        [new(24, 1), new(29, 1), new(41, 1), new(42, 1), new(44, 1), new(45, 1), new(46, 0), new(47, 1), new(78, 1), new(79, 1)]);

    // f-block elements with an electron or two in the d shell.
    private static readonly Dictionary<int, int> Lent = new(
        [new(57, 1), new(58, 1), new(64, 1), new(89, 1), new(90, 2), new(91, 1), new(92, 1), new(93, 1), new(96, 1)]);

    /// <summary>Standard atomic mass, u.</summary>
    public static double Mass(int z) => Row(z).Mass;

    /// <summary>Melting temperature, K.</summary>
    public static double Melting(int z) => Row(z).Melting;

    /// <summary>First ionization energy, eV.</summary>
    public static double Ionization(int z) => Row(z).Ionization;

    /// <summary>Period, 1 to 7.</summary>
    public static int Period(int z) => NobleGases.Count(core => core < z);

    /// <summary>Group, 1 to 18; lanthanides and actinides count to group 3.</summary>
    public static int Group(int z)
    {
        var n = z - Core(z);
        return z == 2 ? 18 : n <= 2 ? n : Period(z) switch { <= 3 => n + 10, <= 5 => n, _ => n <= 17 ? 3 : n - 14 };
    }

    /// <summary>Electrons outside the noble-gas core of the neutral atom, in the shells s, p, d, f.</summary>
    public static (int S, int P, int D, int F) Valence(int z)
    {
        var (n, period) = (z - Core(z), Period(z));
        var s = Math.Min(2, n);
        var rest = n - s;
        var lent = Lent.GetValueOrDefault(z);
        var f = period < 6 ? 0 : Math.Min(14, rest - lent);
        rest -= f;
        var d = period < 4 ? 0 : Math.Min(10, rest);
        return Borrowed.TryGetValue(z, out var left) ? (left, rest - d, d + s - left, f) : (s, rest - d, d, f);
    }

    /// <summary>Places left in the shells that have an electron.</summary>
    public static (int S, int P, int D, int F) Unfilled(int z)
    {
        static int Left(int electrons, int places) => electrons == 0 ? 0 : places - electrons;
        var (s, p, d, f) = Valence(z);
        return (Left(s, 2), Left(p, 6), Left(d, 10), Left(f, 14));
    }

    private static int Core(int z) => NobleGases.Last(core => core < z);

    private static (double Mass, double Melting, double Ionization) Row(int z) => z <= Heaviest
        ? Rows[z - 1]
        : throw new InvalidInputException($"element {Element.FromAtomicNumber(z)} has no descriptors; they end with element {Heaviest}");

    private static (double Mass, double Melting, double Ionization)[] Parse()
    {
        var rows = new (double, double, double)[Heaviest];
        foreach (var row in Table.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var cells = row.Split(' ');
            var number = Element.TryParse(cells[0], out var element) ? element.AtomicNumber : throw new FormatException(cells[0]);
            rows[number - 1] = (Number(cells[1]), Number(cells[2]), Number(cells[3]));
        }

        return rows;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
