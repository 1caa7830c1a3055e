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

    /// <summary>A folder that will be written, maybe much later.</summary>
    /// <param name="folder">The folder, which need not exist; or null.</param>
    /// <param name="option">What names it, for the message.</param>
    /// <exception cref="UsageException">It, or a folder above it, is a file.</exception>
    public static string? RequirePlace(string? folder, string option)
    {
        for (var above = folder is null ? null : Path.GetFullPath(folder); above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
            {
                throw new UsageException($"{option} {folder}: {above} is a file; name a folder");
            }
        }

        return folder;
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
