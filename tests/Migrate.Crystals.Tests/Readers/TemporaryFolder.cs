using System.IO.Compression;

namespace Migrate.Crystals.Tests.Readers;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("migrate-test-").FullName;

    public string Path => _path;

    /// <summary>Writes a file; folders in its name are made.</summary>
    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        var file = System.IO.Path.Combine(_path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public string WriteGzip(string name, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionMode.Compress))
        {
            zip.Write(content);
        }

        return Write(name, packed.ToArray());
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
