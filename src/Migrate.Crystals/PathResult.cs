namespace Migrate.Crystals;

/// <summary>One entry of an input: a path, or the error that stands in its place, so that one bad entry does not stop the rest.</summary>
/// <param name="Source">File or folder, as it was given.</param>
/// <param name="Index">Entry in that file, from 0.</param>
/// <param name="Entry">The path, or null.</param>
/// <param name="Error">What is wrong, or null.</param>
public sealed record PathResult(string Source, int Index, PathEntry? Entry, InvalidInputException? Error)
{
    /// <summary>An error in the place of an entry.</summary>
    internal static PathResult Failed(string source, int index, InvalidInputException error) =>
        new(source, index, null, error.File is null ? new InvalidInputException(error.Message, source) : error);
}
