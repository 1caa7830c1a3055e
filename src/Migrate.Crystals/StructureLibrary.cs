using Migrate.Crystals.Readers;

namespace Migrate.Crystals;

/// <summary>
/// Reads structures that are no paths from files, folders and globs: every structure of every file by itself. They are read one after
/// another while they are asked for; one that cannot be used is an error in its place, and the rest goes on.
/// </summary>
public static class StructureLibrary
{
    /// <summary>
    /// All structures of several files, folders or globs, in the order given; in folders and globs sorted by name. Of a path (a pair of
    /// files, or the numbered folders of a nudged elastic band) both ends are read, under the name of the path.
    /// </summary>
    /// <param name="pathsOrFoldersOrGlobs">Files, folders or globs.</param>
    public static IEnumerable<StructureResult> ReadMany(IEnumerable<string> pathsOrFoldersOrGlobs)
    {
        ArgumentNullException.ThrowIfNull(pathsOrFoldersOrGlobs);
        return PathSources.Find(pathsOrFoldersOrGlobs).SelectMany(source => source.Error is { } error
            ? [new StructureResult(source.File, 0, null, error)]
            : source.Final is { } final ? Named(source.File, $"{source.Name} initial").Concat(Named(final, $"{source.Name} final"))
            : ReadFile(source.File));
    }

    private static IEnumerable<StructureResult> Named(string path, string name) =>
        ReadFile(path).Select(result => result with { Structure = result.Structure?.WithName(name) });

    // What ends a file early (broken JSON, damaged gzip, a text file that is no structure) is one error after the structures before it.
    private static IEnumerable<StructureResult> ReadFile(string path)
    {
        using var structures = Open(path).GetEnumerator();
        for (var index = 0; ; index++)
        {
            StructureResult result;
            var ended = false;
            try
            {
                if (!structures.MoveNext())
                {
                    yield break;
                }

                var (structure, error) = structures.Current;
                result = new StructureResult(path, index, structure, error);
            }
            catch (Exception e) when (InputFile.Explain(e, path) is { } error)
            {
                (result, ended) = (new StructureResult(path, index, null, error), true);
            }

            yield return result;
            if (ended)
            {
                yield break;
            }
        }
    }

    // An iterator, so that a missing file is met inside the try above.
    private static IEnumerable<(Structure? Structure, InvalidInputException? Error)> Open(string path)
    {
        var format = InputFile.FormatOf(path);
        var structures = format is FileFormat.Json or FileFormat.JsonLines
            ? JsonPaths.ReadStructures(path, lines: format == FileFormat.JsonLines)
            : StructureReader.ReadAll(path).Select(structure => ((Structure?)structure, (InvalidInputException?)null));
        foreach (var structure in structures)
        {
            yield return structure;
        }
    }
}
