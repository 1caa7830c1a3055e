using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>
/// The published networks (Devi, Butler and Sai Gautam 2026; their code): one trunk, and what they make of one or two graphs. The
/// multi-property network of the pre-training is <see cref="Model3"/> with seven outputs.
/// </summary>
public enum AlignnVariant
{
    /// <summary>MODEL-3: the band.</summary>
    Model3,

    /// <summary>MODEL-1-CC: initial and final configuration, pooled vectors joined and halved by a linear layer.</summary>
    Model1Concat,

    /// <summary>MODEL-1-ADD: sum of the pooled vectors.</summary>
    Model1Add,

    /// <summary>MODEL-1-SUB: initial minus final.</summary>
    Model1Sub,

    /// <summary>MODEL-2: the initial configuration, and what a small branch of its own makes of initial minus final.</summary>
    Model2,

    /// <summary>MODEL-4: the band and the sub-graph around its images, with attention over the atoms in place of the mean.</summary>
    Model4,

    /// <summary>SCRATCH-CC: as MODEL-1-CC with two linear layers and nothing between them.</summary>
    ScratchConcat,

    /// <summary>SCRATCH-ADD: one linear layer on the sum of the pooled vectors.</summary>
    ScratchAdd,

    /// <summary>SCRATCH-SUB: the same on initial minus final. Its code is not published.</summary>
    ScratchSub,

    /// <summary>The original ALIGNN: one linear layer on the mean over the atoms of one graph.</summary>
    Alignn,
}

/// <summary>Which graphs a network reads.</summary>
public enum GraphInputs
{
    /// <summary>The band.</summary>
    Band,

    /// <summary>Initial and final configuration.</summary>
    EndPoints,

    /// <summary>The band and the sub-graph around its images.</summary>
    BandAndSubGraph,
}

/// <summary>Names and needs of the variants.</summary>
public static class AlignnVariants
{
    private static readonly (AlignnVariant Variant, string Name)[] Table =
    [
        (AlignnVariant.Model3, "model3"),
        (AlignnVariant.Model1Concat, "model1-cc"),
        (AlignnVariant.Model1Add, "model1-add"),
        (AlignnVariant.Model1Sub, "model1-sub"),
        (AlignnVariant.Model2, "model2"),
        (AlignnVariant.Model4, "model4"),
        (AlignnVariant.ScratchConcat, "scratch-cc"),
        (AlignnVariant.ScratchAdd, "scratch-add"),
        (AlignnVariant.ScratchSub, "scratch-sub"),
        (AlignnVariant.Alignn, "alignn"),
    ];

    /// <summary>All names, as checkpoints and commands write them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>Name of a variant: <c>architecture</c> in the configuration of a checkpoint.</summary>
    /// <exception cref="InvalidOperationException">No such variant.</exception>
    public static string Name(this AlignnVariant variant) => Table.First(row => row.Variant == variant).Name;

    /// <summary>The variant of a name, or null where there is none.</summary>
    public static AlignnVariant? Find(string name) => Table.FirstOrDefault(row => row.Name == name) is ({ } variant, { }) ? variant : null;

    /// <summary>Which graphs it reads.</summary>
    public static GraphInputs Inputs(this AlignnVariant variant) => variant switch
    {
        AlignnVariant.Model3 or AlignnVariant.Alignn => GraphInputs.Band,
        AlignnVariant.Model4 => GraphInputs.BandAndSubGraph,
        _ => GraphInputs.EndPoints,
    };

    /// <summary>
    /// How its graphs were made by the authors: mutual relations counted once for the original ALIGNN and the scratch models, twice for the
    /// others, and ties as published.
    /// </summary>
    public static GraphSettings PublishedGraph(this AlignnVariant variant) => GraphSettings.Published with
    {
        Relations = variant is AlignnVariant.ScratchConcat or AlignnVariant.ScratchAdd or AlignnVariant.ScratchSub or AlignnVariant.Alignn
            ? RelationPolicy.Canonical : RelationPolicy.Duplicated,
    };

    /// <summary>How many graphs it reads: 1 or 2.</summary>
    public static int InputCount(this AlignnVariant variant) => variant.Inputs() == GraphInputs.Band ? 1 : 2;
}
