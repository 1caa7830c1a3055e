using Migrate.Crystals;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// The nine hand-made features of the migrating ion at the ends of its path (Devi, Butler and Sai Gautam, npj Comput. Mater. (2026)), and what
/// charges and bond valences say of its way. All are means over the two ends, but where they say otherwise.
/// </summary>
internal static class MigrationDescriptors
{
    private const DescriptorFamily Family = DescriptorFamily.Migration;

    private const string Devi = "Devi, Butler and Sai Gautam, npj Comput. Mater. (2026)", Ewald = "Ewald, Ann. Phys. 369, 253 (1921)",
        Adams = "Adams and Rao, Phys. Chem. Chem. Phys. 11, 3210 (2009)";

    public static IReadOnlyList<Descriptor> All { get; } =
    [
        new("migrating ion: cation-anion bond length", "Å", "mean distance to the anions that coordinate the ion", Devi, Family),
        new("migrating ion: path distance", "Å", "length of the straight line between the end sites", Devi, Family),
        new("migrating ion: coordination number", "", "anions that coordinate the ion", Devi, Family),
        new("migrating ion: Voronoi volume", "Å³", "volume of the ion's Voronoi cell", Devi, Family),
        new("migrating ion: Voronoi faces", "", "faces of that cell", Devi, Family),
        new("migrating ion: largest solid angle", "sr", "largest solid angle of those faces", Devi, Family),
        new("migrating ion: smallest solid angle", "sr", "smallest solid angle of those faces", Devi, Family),
        new("migrating ion: mean solid angle", "sr", "mean solid angle of those faces", Devi, Family),
        new("migrating ion: standard deviation of solid angles", "sr", "standard deviation of those solid angles", Devi, Family),
        new("migrating ion: site potential", "V", "electrostatic potential at the ion", Ewald, Family),
        new("migrating ion: difference of site potentials", "V", "of the two ends, without sign", Ewald, Family),
        new("migrating ion: site energy at the middle", "eV", "electrostatic energy of the ion in the middle of the line above the mean of the ends", Ewald, Family),
        new("migrating ion: bond-valence sum", "e", "at the ends", Adams, Family),
        new("migrating ion: bond-valence sum at the middle", "e", "in the middle of the line", Adams, Family),
        new("migrating ion: bond-valence sum at the middle above the ends", "e", "difference of the two", Adams, Family),
    ];

    public static IEnumerable<double> Compute(Band band, StructureAnalysis initial, StructureAnalysis final)
    {
        var structure = band.Structure;
        var half = (structure.Fractional[0] + structure.Fractional[band.ImageCount - 1]) * 0.5;
        // The ion comes first.
        var middle = new StructureAnalysis(new Structure(
            structure.Lattice, [structure.AtomicNumbers[0], .. structure.AtomicNumbers[band.ImageCount..]], [half, .. structure.Fractional[band.ImageCount..]]));
        StructureAnalysis[] ends = [initial, final];
        double Ends(Func<StructureAnalysis, double> of) => ends.Average(of);
        double[][] cells = [.. ends.Select(Cell)];
        var potential = Ends(end => end.Potentials[0]);
        var valence = Ends(end => end.Valences[0]);
        return
        [
            cells.Average(c => c[0]), band.HopLength, .. Enumerable.Range(1, 7).Select(k => cells.Average(c => c[k])),
            potential,
            Math.Abs(initial.Potentials[0] - final.Potentials[0]),
            // The charges of the ends: an image between two anions may look like something else.
            Ends(end => end.Charges[0] * EwaldSum.Potentials(middle.Structure, end.Charges)[0]) - Ends(end => end.Charges[0] * end.Potentials[0]),
            valence,
            Ends(end => BondValence.Sums(middle.Structure, middle.Neighbors, end.Charges)[0]),
            Ends(end => BondValence.Sums(middle.Structure, middle.Neighbors, end.Charges)[0]) - valence,
        ];
    }

    private static double[] Cell(StructureAnalysis analysis)
    {
        if (analysis.Cells is not { } cells)
        {
            return [.. Enumerable.Repeat(double.NaN, 8)];
        }

        double[] angles = [.. cells[0].ToArray().Select(f => f.SolidAngle)];
        var around = analysis.Coordination(cells, 0);
        var mean = angles.Average();
        return
        [
            around.Count == 0 ? StructureAnalysis.Reach : around.Average(f => f.Displacement.Length), around.Count, cells.Volumes[0], angles.Length,
            angles.Max(), angles.Min(), mean, Math.Sqrt(angles.Average(a => (a - mean) * (a - mean))),
        ];
    }
}
