namespace Migrate.Cli;

/// <summary>A file that gets its name only when it is complete.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _path, _temporary;
    private bool _done;

    public PendingFile(string path)
    {
        _path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(_path)!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"the folder of the output file does not exist: {folder}");
        }

        _temporary = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Guid.NewGuid():n}.tmp");
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    public FileStream Stream { get; }

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
