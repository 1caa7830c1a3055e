namespace Migrate.Crystals.Readers;

/// <summary>Something to read paths from: a file, two files that are the ends of one path, or an error.</summary>
internal readonly record struct PathSource(string Name, string File, string? Final = null, InvalidInputException? Error = null)
{
    public static PathSource Failed(string path, string message) => new("", path, null, new InvalidInputException(message, path));
}

/// <summary>Turns files, folders and globs into sources, in a stable order.</summary>
internal static class PathSources
{
    public static IEnumerable<PathSource> Find(IEnumerable<string> arguments)
    {
        // Ends of a path that were named one by one, as a shell does with X_*.vasp, are read once.
        var pairs = new HashSet<(string Folder, string Key)>();
        foreach (var argument in arguments)
        {
            if (string.IsNullOrWhiteSpace(argument))
            {
                yield return PathSource.Failed("", "an empty name where a file, folder or glob should be");
            }
            else if (Directory.Exists(argument))
            {
                foreach (var source in InFolder(argument))
                {
                    yield return source;
                }
            }
            else if (!Path.Exists(argument) && argument.AsSpan().ContainsAny('*', '?'))
            {
                foreach (var source in Matching(argument))
                {
                    yield return source;
                }
            }
            else if (EndpointName.Of(argument) is { End: not PathEnd.None } end && File.Exists(argument))
            {
                if (pairs.Add((Path.GetDirectoryName(Path.GetFullPath(argument)) ?? "", end.Key.ToUpperInvariant())))
                {
                    yield return FolderPaths.WithOtherEnd(argument);
                }
            }
            else
            {
                yield return File.Exists(argument) ? new PathSource("", argument) : PathSource.Failed(argument, "no such file or folder");
            }
        }
    }

    private static IEnumerable<PathSource> InFolder(string folder)
    {
        var any = false;
        foreach (var source in FolderPaths.Find(folder))
        {
            any = true;
            yield return source;
        }

        if (!any)
        {
            yield return PathSource.Failed(folder, $"no file to read in this folder; names that are read are {FileName.Known}");
        }
    }

    private static IEnumerable<PathSource> Matching(string glob)
    {
        var any = false;
        var matches = Glob.Expand(glob).ToLookup(Directory.Exists);

        // As in folders, files of unknown kinds are left out; a pattern that finds nothing else means them.
        var readable = matches[false].Where(file => FileName.Of(file).Format != FileFormat.Unknown).ToArray();
        var files = readable.Length > 0 || matches[true].Any() ? readable : matches[false];
        var sources = files.GroupBy(file => Path.GetDirectoryName(file) ?? "").SelectMany(group => FolderPaths.Pair([.. group], namedOneByOne: true))
            .Concat(matches[true].SelectMany(InFolder));
        foreach (var source in sources)
        {
            any = true;
            yield return source;
        }

        if (!any)
        {
            yield return PathSource.Failed(glob, "nothing matches this pattern");
        }
    }
}
