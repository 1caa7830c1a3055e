namespace Migrate.Crystals.Hops;

/// <summary>Which hops of a crystal count as migration paths.</summary>
public sealed record HopOptions
{
    /// <summary>Longest hop, Å.</summary>
    public double MaxLength { get; init; } = 4.5;

    /// <summary>Smallest distance between opposite faces of the supercell that holds a path, Å: what keeps the ion from its own images.</summary>
    public double MinWidth { get; init; } = 8;

    /// <summary>Most sites of that supercell.</summary>
    public int MaxSites { get; init; } = 400;

    /// <summary>A straight line that comes nearer than this to a third site is no hop, but two, or none; Å.</summary>
    public double Clearance { get; init; } = 0.9;

    /// <summary>
    /// Whether the ion hops in a framework without any other of its kind (the charged limit); otherwise one site of a filled framework is vacant
    /// and the ion hops into it.
    /// </summary>
    public bool Dilute { get; init; }

    /// <summary>Most hops of a structure, the shortest first; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range.</exception>
    public void Validate()
    {
        Require(MaxLength is > 0 and <= 20, $"longest hop {MaxLength} Å; it must lie between 0 and 20");
        Require(MinWidth is >= 0 and <= 100, $"width of the supercell {MinWidth} Å; it must lie between 0 and 100");
        Require(MaxSites is >= 2 and <= 100_000, $"at most {MaxSites} sites; it must lie between 2 and 100000");
        Require(Clearance is >= 0 and <= 5, $"clearance {Clearance} Å; it must lie between 0 and 5");
        Require(Limit >= 0, $"at most {Limit} hops; it must be 0 (all) or more");
    }

    private static void Require(bool condition, FormattableString message)
    {
        if (!condition)
        {
            throw new ArgumentException(FormattableString.Invariant(message));
        }
    }
}
