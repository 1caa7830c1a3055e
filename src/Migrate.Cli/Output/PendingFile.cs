namespace Migrate.Cli;

/// <summary>A file that gets its name only when it is complete.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _path, _temporary;
    private bool _done;

    public PendingFile(string path)
    {
        _path = Path.GetFullPath(path);
        var folder = RequireFolder(path);
        _temporary = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Guid.NewGuid():n}.tmp");
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    public FileStream Stream { get; }

    /// <summary>The folder of a file that will be written, maybe much later.</summary>
    /// <exception cref="UsageException">It does not exist.</exception>
    public static string RequireFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Directory.Exists(folder) ? folder : throw new UsageException($"the folder of the output file does not exist: {folder}");
    }

    public void Complete()
    {
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _done = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_done)
        {
            File.Delete(_temporary);
        }
    }
}
