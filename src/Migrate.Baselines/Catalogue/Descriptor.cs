namespace Migrate.Baselines.Catalogue;

/// <summary>What a descriptor speaks of.</summary>
public enum DescriptorFamily
{
    /// <summary>The formula alone.</summary>
    Composition,

    /// <summary>The arrangement of all atoms.</summary>
    Structure,

    /// <summary>Forces between the atoms, by guessed charges.</summary>
    Interaction,

    /// <summary>The migrating ion at the ends of its path.</summary>
    Migration,

    /// <summary>What the ion meets along the straight line, and what it hops in.</summary>
    Path,
}

/// <summary>A descriptor of the catalogue.</summary>
/// <param name="Name">Unique; the column of a table.</param>
/// <param name="Unit">Å, eV, …; empty for a pure number.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Source">Paper that it was taken from.</param>
/// <param name="Family">What it speaks of.</param>
public sealed record Descriptor(string Name, string Unit, string Meaning, string Source, DescriptorFamily Family)
{
    /// <summary>True for a class or a count, of which a mean over the ends of a path says nothing: the larger one is taken.</summary>
    public bool IsCategory { get; init; }

    /// <summary>True for a descriptor of a path, which a structure by itself does not have.</summary>
    public bool NeedsPath => Family is DescriptorFamily.Migration or DescriptorFamily.Path;
}
