namespace Migrate.Graphs;

/// <summary>What happens to neighbours at (almost) the distance of the k-th.</summary>
public enum TiePolicy
{
    /// <summary>
    /// As the published models did: keep d ≤ d_k exactly, in float64, with a lattice rounded to 5 decimals. In symmetric crystals the
    /// last bit of a distance then decides which part of a shell is kept.
    /// </summary>
    Published,

    /// <summary>
    /// Keep the whole shell: d ≤ d_k + tolerance, on the exact lattice. The same for every image and rotation of a crystal.
    /// </summary>
    WholeShell,
}

/// <summary>How neighbour relations become bonds.</summary>
public enum RelationPolicy
{
    /// <summary>
    /// Every relation "j is a neighbour of i" gives one bond in each direction, so a mutual relation counts twice (bond multiplicity 2)
    /// and a one-sided one once. The multi-property and barrier models were trained so.
    /// </summary>
    Duplicated,

    /// <summary>
    /// The relations "i has j" and "j has i" are one: every bond counts once, except bonds of an atom to its own images, which count
    /// twice. The models trained from scratch use it.
    /// </summary>
    Canonical,
}

/// <summary>How a crystal becomes a graph. Defaults: 12 neighbours, whole shells, relations counted as published.</summary>
public sealed record GraphSettings
{
    /// <summary>Most neighbours that may be asked for.</summary>
    public const int MaxNeighbors = 1024;

    /// <summary>Largest cutoff, Å.</summary>
    public const double MaxCutoff = 100;

    /// <summary>Settings of the published models: exact comparison at the k-th neighbour.</summary>
    public static GraphSettings Published => new() { Ties = TiePolicy.Published };

    /// <summary>Nearest neighbours k of each atom; 1 to <see cref="MaxNeighbors"/>, default 12.</summary>
    public int Neighbors { get; set; } = 12;

    /// <summary>
    /// Search radius, Å, above 0.15 and at most <see cref="MaxCutoff"/>, default 8. Where an atom has fewer than k neighbours inside,
    /// it grows for the whole crystal (<see cref="CrystalGraph.CutoffUsed"/>).
    /// </summary>
    public double Cutoff { get; set; } = 8;

    /// <summary>Rule at the k-th neighbour; default <see cref="TiePolicy.WholeShell"/>.</summary>
    public TiePolicy Ties { get; set; } = TiePolicy.WholeShell;

    /// <summary>Width of a shell beyond the k-th distance for <see cref="TiePolicy.WholeShell"/>, Å; 0 to 0.1, default 1e-4.</summary>
    public double ShellTolerance { get; set; } = 1e-4;

    /// <summary>Rule for mutual relations; default <see cref="RelationPolicy.Duplicated"/>.</summary>
    public RelationPolicy Relations { get; set; } = RelationPolicy.Duplicated;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    public void Validate()
    {
        Require(Neighbors is >= 1 and <= MaxNeighbors, nameof(Neighbors), Neighbors, $"1 to {MaxNeighbors} neighbours");
        Require(
            Cutoff is > CrystalGraph.CoincidentDistance and <= MaxCutoff,
            nameof(Cutoff),
            Cutoff,
            $"above {CrystalGraph.CoincidentDistance} and at most {MaxCutoff} Å");
        Require(ShellTolerance is >= 0 and <= 0.1, nameof(ShellTolerance), ShellTolerance, "0 to 0.1 Å");
        Require(Enum.IsDefined(Ties), nameof(Ties), Ties, $"one of {string.Join(", ", Enum.GetNames<TiePolicy>())}");
        Require(Enum.IsDefined(Relations), nameof(Relations), Relations, $"one of {string.Join(", ", Enum.GetNames<RelationPolicy>())}");
    }

    private static void Require(bool condition, string name, object value, string range)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"graph setting {name} must be {range}");
        }
    }
}
