using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>Descriptors of the whole arrangement: density, symmetry, complexity, radial distribution.</summary>
internal static class StructureDescriptors
{
    private const DescriptorFamily Family = DescriptorFamily.Structure;

    // g(r) is smeared, so that no atom changes bin by rounding, Å.
    private const double Smearing = 0.15, FirstBin = 1.25, BinWidth = 0.5;

    private const int Bins = 14;

    private const string Matminer = "Ward et al., Comput. Mater. Sci. 152, 60 (2018)";

    // u / Å³ to g / cm³.
    private const double GramsPerCubicCentimetre = 1.66053907;

    public static IReadOnlyList<Descriptor> All { get; } =
    [
        new("density", "g/cm³", "mass over volume of the cell", Matminer, Family),
        new("volume per atom", "Å³", "volume of the cell over its atoms", Matminer, Family),
        new("volume per anion of the structure", "Å³", "volume of the cell over its anions; over its atoms where it has none", "Sendek et al., Energy Environ. Sci. 10, 306 (2017)", Family),
        new("packing of covalent spheres", "", "volume of spheres of the covalent radii over that of the cell", Matminer, Family),
        new("space group", "", "number in the International Tables", "Togo, Shinohara and Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822 (2024)", Family) { IsCategory = true },
        new("crystal system", "", "1 triclinic, 2 monoclinic, 3 orthorhombic, 4 tetragonal, 5 trigonal, 6 hexagonal, 7 cubic", Matminer, Family) { IsCategory = true },
        new("centrosymmetric", "", "1 with an inversion", Matminer, Family) { IsCategory = true },
        new("symmetry operations", "", "order of the point group, 1 to 48", Matminer, Family) { IsCategory = true },
        new("structural complexity", "bit", "Shannon information of the orbits, per atom", "Krivovichev, Acta Cryst. A68, 393 (2012)", Family),
        new("orbits", "", "sites that no symmetry carries into another", "Krivovichev, Acta Cryst. A68, 393 (2012)", Family) { IsCategory = true },
        .. Enumerable.Range(0, Bins).Select(bin => new Descriptor(
            FormattableString.Invariant($"g({FirstBin + (bin * BinWidth):f2} Å)"), "", "radial distribution function of all atoms, smeared by 0.15 Å", Matminer, Family)),
    ];

    public static IEnumerable<double> Compute(StructureAnalysis analysis)
    {
        var structure = analysis.Structure;
        int[] numbers = [.. structure.AtomicNumbers.ToArray()];
        var (volume, anions) = (structure.Lattice.Volume, analysis.Charges.Count(q => q < 0));
        var spheres = numbers.Sum(z => 4.0 / 3 * Math.PI * Math.Pow(ElementProperties.Of(z).CovalentRadius, 3));
        return
        [
            numbers.Sum(ElementTable.Mass) / volume * GramsPerCubicCentimetre,
            volume / numbers.Length,
            volume / (anions == 0 ? numbers.Length : anions),
            spheres / volume,
            .. Symmetry(analysis.Symmetry),
            .. RadialDistribution(analysis),
        ];
    }

    private static double[] Symmetry(CrystalSymmetry? symmetry)
    {
        if (symmetry is null)
        {
            return [.. Enumerable.Repeat(double.NaN, 6)];
        }

        var n = symmetry.Orbits.Count;
        double[] shares = [.. symmetry.Orbits.CountBy(orbit => orbit).Select(orbit => (double)orbit.Value / n)];
        return
        [
            symmetry.SpaceGroup, symmetry.CrystalSystem, symmetry.IsCentrosymmetric ? 1 : 0, symmetry.PointGroupOrder,
            -shares.Sum(share => share * Math.Log2(share)), shares.Length,
        ];
    }

    private static double[] RadialDistribution(StructureAnalysis analysis)
    {
        var sums = new double[Bins];
        foreach (var distance in analysis.Neighbors.Distance)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                var z = (distance - FirstBin - (bin * BinWidth)) / Smearing;
                if (Math.Abs(z) < 5)
                {
                    sums[bin] += Math.Exp(-z * z / 2);
                }
            }
        }

        var n = analysis.Structure.Count;
        var density = n / analysis.Structure.Lattice.Volume;
        return [.. sums.Select((sum, bin) =>
            sum / (Smearing * Math.Sqrt(2 * Math.PI)) / (n * density * 4 * Math.PI * Math.Pow(FirstBin + (bin * BinWidth), 2)))];
    }
}
