using Migrate.Crystals.Readers;

namespace Migrate.Crystals;

/// <summary>
/// Reads migration paths: files with bands, JSON libraries, and folders and globs of them, where initial and final configurations are
/// put together by their names. Paths are read one after another while they are asked for; an entry that cannot be used is an error
/// in its place, and the rest goes on.
/// </summary>
public static class PathReader
{
    /// <summary>Paths of one file, folder or glob (<c>*</c>, <c>?</c>, <c>**</c>).</summary>
    /// <param name="path">File, folder or glob.</param>
    /// <param name="options">Number of images; five without it.</param>
    public static IEnumerable<PathResult> Read(string path, PathReadOptions? options = null) => ReadMany([path], options);

    /// <summary>
    /// Paths of several files, folders or globs, in the order given; in folders and globs sorted by name. A file that is named as one
    /// end of a path (X_initial.*) brings in its other end, and two such files that belong together are one path.
    /// </summary>
    /// <param name="pathsOrFoldersOrGlobs">Files, folders or globs.</param>
    /// <param name="options">Number of images; five without it.</param>
    public static IEnumerable<PathResult> ReadMany(IEnumerable<string> pathsOrFoldersOrGlobs, PathReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pathsOrFoldersOrGlobs);
        options ??= new PathReadOptions();
        return PathSources.Find(pathsOrFoldersOrGlobs).SelectMany(source => source.Final is { } final
            ? [Pair(source.Name, source.File, final, options)]
            : source.Error is { } error ? [PathResult.Failed(source.File, 0, error)] : ReadFile(source.File, options));
    }

    /// <summary>The path between two configurations; of a file with several structures the first counts.</summary>
    /// <param name="initialFile">Before the hop.</param>
    /// <param name="finalFile">After the hop.</param>
    /// <param name="options">Number of images; five without it.</param>
    public static PathResult ReadPair(string initialFile, string finalFile, PathReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(initialFile);
        ArgumentException.ThrowIfNullOrEmpty(finalFile);
        return Pair(EndpointName.Of(initialFile).PathName(initialFile), initialFile, finalFile, options ?? new PathReadOptions());
    }

    private static PathResult Pair(string name, string initialFile, string finalFile, PathReadOptions options)
    {
        try
        {
            var (initial, final) = (StructureReader.ReadFile(initialFile), StructureReader.ReadFile(finalFile));
            var band = FromEndpoints(initial.WithName(name), final, initialFile, options.ImageCount);
            return new PathResult(initialFile, 0, new PathEntry(name, band, null, null, initialFile, 0), null);
        }
        catch (InvalidInputException error)
        {
            return PathResult.Failed(initialFile, 0, error);
        }
    }

    private static Band FromEndpoints(Structure initial, Structure final, string source, int imageCount)
    {
        try
        {
            return MigrationPath.FromEndpoints(initial, final).ToBand(imageCount);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(e.Message, source);
        }
    }

    // What ends a file early (broken JSON, damaged gzip) is one error after the entries before it.
    private static IEnumerable<PathResult> ReadFile(string path, PathReadOptions options)
    {
        using var results = Open(path, options).GetEnumerator();
        for (var index = 0; ; index++)
        {
            PathResult result;
            var ended = false;
            try
            {
                if (!results.MoveNext())
                {
                    yield break;
                }

                result = results.Current;
            }
            catch (Exception e) when (InputFile.Explain(e, path) is { } error)
            {
                (result, ended) = (PathResult.Failed(path, index, error), true);
            }

            yield return result;
            if (ended)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<PathResult> Open(string path, PathReadOptions options)
    {
        var results = InputFile.FormatOf(path) switch
        {
            FileFormat.Json => JsonPaths.Read(path, lines: false, options),
            FileFormat.JsonLines => JsonPaths.Read(path, lines: true, options),
            _ => FramePaths.Read(path, options),
        };
        foreach (var result in results)
        {
            yield return result;
        }
    }
}
