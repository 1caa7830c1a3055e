using Migrate.Crystals;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Every descriptor of structures and of paths, each with its unit, meaning and source, in one order. Descriptors of structures are the same for any
/// placement, any order of the atoms and any choice of the cell; those of a path also for its reverse. Where the native library was built without
/// Voro++ or spglib, those that need them are NaN.
/// </summary>
public static class DescriptorCatalogue
{
    /// <summary>Raised when a descriptor of the same name is computed in another way.</summary>
    public const int Version = 2;

    /// <summary>All descriptors: of structures, then of paths.</summary>
    public static IReadOnlyList<Descriptor> All { get; } =
    [
        .. CompositionDescriptors.All, .. StructureDescriptors.All, .. SiteDescriptors.All, .. InteractionDescriptors.All,
        .. MigrationDescriptors.All, .. PathProfiles.All, .. HostDescriptors.All,
    ];

    /// <summary>Those that a structure by itself has: the first ones of <see cref="All"/>.</summary>
    public static IReadOnlyList<Descriptor> OfStructures { get; } = [.. All.Where(d => !d.NeedsPath)];

    /// <summary>Names of what is missing from this machine's native library, as they are packaged; empty where nothing is.</summary>
    public static IReadOnlyList<string> Missing =>
        [.. new[] { (Graphs.VoronoiCells.Available, "Voro++"), (Graphs.CrystalSymmetry.Available, "spglib") }.Where(part => !part.Item1).Select(part => part.Item2)];

    /// <summary>The descriptors of a structure.</summary>
    /// <param name="structure">The structure.</param>
    /// <returns>[n of <see cref="OfStructures"/>] in the units they name.</returns>
    /// <exception cref="InvalidInputException">The structure is no crystal, or holds an element without properties.</exception>
    public static double[] Compute(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        return Compute(new StructureAnalysis(structure));
    }

    /// <summary>The descriptors of a path; those of structures are the mean of its two ends, or the larger where they are categories.</summary>
    /// <param name="band">The path.</param>
    /// <returns>[n of <see cref="All"/>] in the units they name.</returns>
    /// <exception cref="InvalidInputException">The structure is no crystal, or holds an element without properties.</exception>
    public static double[] Compute(Band band)
    {
        ArgumentNullException.ThrowIfNull(band);
        // Both ends with the framework of the band, so that a path is the same whether it was given as a band or as a pair.
        var ends = (band with { EndPoints = null }).ToEndPoints();
        var (initial, final) = (new StructureAnalysis(ends.Initial), new StructureAnalysis(ends.Final));
        var (first, last) = (Compute(initial), Compute(final));
        return
        [
            .. OfStructures.Select((d, k) => d.IsCategory ? Math.Max(first[k], last[k]) : (first[k] + last[k]) / 2),
            .. MigrationDescriptors.Compute(band, initial, final),
            .. PathDescriptors.Compute(band),
        ];
    }

    private static double[] Compute(StructureAnalysis analysis) =>
    [
        .. CompositionDescriptors.Compute(analysis), .. StructureDescriptors.Compute(analysis), .. SiteDescriptors.Compute(analysis),
        .. InteractionDescriptors.Compute(analysis),
    ];
}
