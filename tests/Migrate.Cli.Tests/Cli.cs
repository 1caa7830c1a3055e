namespace Migrate.Cli.Tests;

/// <summary>One run of the command line, in this process.</summary>
internal sealed record CliResult(int Code, string Output, string Error);

/// <summary>Runs commands and keeps their temporary files.</summary>
public abstract class CliTest : IDisposable
{
    private protected CliTest() => Directory.CreateDirectory(Folder);

    private protected string Folder { get; } = Path.Combine(Path.GetTempPath(), $"migrate-cli-{Guid.NewGuid():n}");

    /// <summary>Root of the checkout, found upwards from this source file.</summary>
    private protected static string Examples { get; } = Path.Combine(AppContext.BaseDirectory, "Examples");

    private protected static CliResult Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CliApplication.Run(args, output, error);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    private protected string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Removes the temporary files.</summary>
    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
