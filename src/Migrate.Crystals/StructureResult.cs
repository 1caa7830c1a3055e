namespace Migrate.Crystals;

/// <summary>One structure of an input, or the error that stands in its place, so that one bad structure does not stop the rest.</summary>
/// <param name="Source">File, as it was given.</param>
/// <param name="Index">Structure in that file, from 0.</param>
/// <param name="Structure">The structure, or null.</param>
/// <param name="Error">What is wrong, or null.</param>
public sealed record StructureResult(string Source, int Index, Structure? Structure, InvalidInputException? Error);
