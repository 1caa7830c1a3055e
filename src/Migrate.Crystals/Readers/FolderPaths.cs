using System.Globalization;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Paths in a folder and below. A folder with numbered sub-folders 00, 01, … that hold POSCAR or CONTCAR is a nudged elastic band of
/// VASP: one path from the first to the last, named after the folder. Otherwise initial and final configurations are put together
/// by their names, and every other readable file stands for itself.
/// </summary>
internal static class FolderPaths
{
    // POSCAR first: it is what the nudged elastic band was started from, and it is always there.
    private static readonly string[] ImageFiles = ["POSCAR", "CONTCAR", "POSCAR.gz", "CONTCAR.gz"];

    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = true };

    /// <summary>Sources in a folder, its own before those of its sub-folders, each sorted by name.</summary>
    public static IEnumerable<PathSource> Find(string folder)
    {
        var folders = Names(Directory.EnumerateDirectories(folder, "*", Visible).Where(d => new DirectoryInfo(d).LinkTarget is null));
        var images = folders.Where(name => IsNumber(Path.GetFileName(name))).OrderBy(name => name.Length).ToArray();
        var files = Names(Directory.EnumerateFiles(folder, "*", Visible)).Where(file => FileName.Of(file).Format != FileFormat.Unknown);

        // Numbers without gaps from 00: folders of independent paths may be numbered, too.
        var numbered = images.Length >= 2 && images.Select((name, k) => int.Parse(Path.GetFileName(name), CultureInfo.InvariantCulture) == k).All(ok => ok);
        if (numbered && ImageIn(images[0]) is { } first && ImageIn(images[^1]) is { } last)
        {
            yield return new PathSource(NameOf(folder), first, last);
            folders = [.. folders.Except(images)];
            files = files.Where(file => !ImageFiles.Contains(Path.GetFileName(file)));
        }

        foreach (var source in Pair([.. files], namedOneByOne: false).Concat(folders.SelectMany(Find)))
        {
            yield return source;
        }
    }

    /// <summary>Puts the ends of paths together, among files of one folder, sorted by name.</summary>
    /// <param name="files">The files.</param>
    /// <param name="namedOneByOne">True if the user chose the files: the other end may then lie beside them.</param>
    public static IEnumerable<PathSource> Pair(string[] files, bool namedOneByOne)
    {
        var read = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            var end = EndpointName.Of(file);
            if (end.End == PathEnd.None)
            {
                yield return new PathSource("", file);
            }
            else if (read.Add(end.Key))
            {
                yield return namedOneByOne ? WithOtherEnd(file) : Together(file, files);
            }
        }
    }

    /// <summary>The path of a file that holds one end; the other end lies in the same folder.</summary>
    public static PathSource WithOtherEnd(string file)
    {
        var folder = Path.GetDirectoryName(file);
        return Together(file, Names(Directory.EnumerateFiles(string.IsNullOrEmpty(folder) ? "." : folder, "*", Visible))
            .Select(other => Path.Combine(folder ?? "", Path.GetFileName(other))));
    }

    private static PathSource Together(string file, IEnumerable<string> beside)
    {
        var (end, key) = EndpointName.Of(file);
        var wanted = end == PathEnd.Initial ? PathEnd.Final : PathEnd.Initial;

        // The same path may be there in two formats: the end in the same one comes first.
        var other = beside
            .Where(f => FileName.Of(f).Format != FileFormat.Unknown && EndpointName.Of(f) is var name
                && name.End == wanted && name.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            .OrderBy(f => FileName.Of(f).Format == FileName.Of(file).Format ? 0 : 1).FirstOrDefault();
        if (other is null)
        {
            // A band, too, may be called "…_end"; it is read as one, and told apart by its content.
            return new PathSource("", file);
        }

        var (initial, final) = end == PathEnd.Initial ? (file, other) : (other, file);
        return new PathSource(EndpointName.Of(initial).PathName(initial), initial, final);
    }

    private static string? ImageIn(string folder) =>
        ImageFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(file => File.Exists(file) && new FileInfo(file).Length > 0);

    private static bool IsNumber(string name) => name.Length is >= 2 and <= 6 && name.All(char.IsAsciiDigit);

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static List<string> Names(IEnumerable<string> paths) => [.. paths.Order(StringComparer.Ordinal)];
}
