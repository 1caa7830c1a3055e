namespace Migrate.Crystals;

/// <summary>A migration path as a band, with what its source says of it.</summary>
/// <param name="Name">Name of the path.</param>
/// <param name="Band">The band.</param>
/// <param name="Barrier">Migration barrier Em, eV, if labelled.</param>
/// <param name="Group">Structural group, if given.</param>
/// <param name="Source">File it came from; for a pair, the initial configuration.</param>
/// <param name="Index">Entry in that file, from 0.</param>
public sealed record PathEntry(string Name, Band Band, double? Barrier, string? Group, string Source, int Index);
