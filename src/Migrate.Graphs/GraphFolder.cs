using System.Buffers;
using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>
/// Graphs in a folder, one file each, at most so many bytes; the files that were not used for the longest time go first. Several
/// threads and programs may share a folder. Files that it did not write are left alone.
/// </summary>
internal sealed class GraphFolder
{
    private const string Extension = ".graph";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _capacity;
    private long _bytes;

    public GraphFolder(string folder, long capacity)
    {
        (_folder, _capacity) = (folder, capacity);
        try
        {
            Directory.CreateDirectory(folder);
            _bytes = Files().Sum(file => file.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the graph cache cannot use this folder: {exception.Message}", folder);
        }
    }

    public CrystalGraph? Find(string key, ReadOnlySpan<byte> atomicNumbers)
    {
        var graph = GraphFile.TryLoad(PathOf(key), key, atomicNumbers);
        if (graph is not null)
        {
            MarkUsed(PathOf(key));
        }

        return graph;
    }

    /// <summary>Writes a graph and makes room. False if the file system refuses.</summary>
    public bool TryAdd(string key, CrystalGraph graph)
    {
        try
        {
            GraphFile.Save(PathOf(key), key, graph);
            lock (_lock)
            {
                _bytes += new FileInfo(PathOf(key)).Length;
                if (_bytes > _capacity)
                {
                    Evict();
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PathOf(string key) => Path.Combine(_folder, key + Extension);

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder).EnumerateFiles("*" + Extension)
        .Where(file => file.Name.Length == 64 + Extension.Length && !file.Name.AsSpan(0, 64).ContainsAnyExcept(HexDigits));

    // The time of the last use is kept as the time of the last change: access times are often switched off.
    private static void MarkUsed(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another program has just removed it, or the folder is read-only: the graph is in memory already.
        }
    }

    // Down to nine tenths, so that not every new file needs a look at the whole folder.
    private void Evict()
    {
        var files = Files().Select(file => (File: file, file.Length, Used: file.LastWriteTimeUtc)).OrderBy(item => item.Used).ToList();
        _bytes = files.Sum(item => item.Length);
        foreach (var (file, length, _) in files.TakeWhile(_ => _bytes > _capacity * 0.9))
        {
            file.Delete();
            _bytes -= length;
        }
    }
}
