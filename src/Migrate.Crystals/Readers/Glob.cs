using System.IO.Enumeration;

namespace Migrate.Crystals.Readers;

/// <summary>Patterns of names: <c>*</c> and <c>?</c> within a name, <c>**</c> for any folders in between.</summary>
internal static class Glob
{
    private static readonly EnumerationOptions Here = new() { IgnoreInaccessible = true };

    /// <summary>Files and folders that match, sorted. What matches inside of a matching folder is not named again.</summary>
    public static IReadOnlyList<string> Expand(string pattern)
    {
        var root = Path.GetPathRoot(pattern) ?? "";
        var parts = pattern[root.Length..].Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk(root, parts, found);
        return [.. found];
    }

    private static void Walk(string folder, ReadOnlySpan<string> parts, SortedSet<string> found)
    {
        var part = parts[0];
        var rest = parts[1..];
        if (part == "**")
        {
            // A last ** takes the files of all folders; otherwise the rest is looked for here and in every folder below.
            Walk(folder, rest.IsEmpty ? ["*"] : rest, found);
            foreach (var inner in Entries(folder, folders: true))
            {
                Walk(Path.Combine(folder, inner), parts, found);
            }

            return;
        }

        if (!part.AsSpan().ContainsAny('*', '?'))
        {
            var path = Path.Combine(folder, part);
            if (!rest.IsEmpty)
            {
                Walk(path, rest, found);
            }
            else if (Path.Exists(path))
            {
                found.Add(path);
            }

            return;
        }

        foreach (var name in Entries(folder, folders: !rest.IsEmpty))
        {
            if (FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false))
            {
                if (rest.IsEmpty)
                {
                    found.Add(Path.Combine(folder, name));
                }
                else
                {
                    Walk(Path.Combine(folder, name), rest, found);
                }
            }
        }
    }

    // Links to folders are not followed: they may lead in a circle.
    private static List<string> Entries(string folder, bool folders)
    {
        var info = new DirectoryInfo(folder.Length == 0 ? "." : folder);
        if (!info.Exists)
        {
            return [];
        }

        return folders
            ? [.. info.EnumerateDirectories("*", Here).Where(d => d.LinkTarget is null).Select(d => d.Name)]
            : [.. info.EnumerateFileSystemInfos("*", Here).Select(f => f.Name)];
    }
}
