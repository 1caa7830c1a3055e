namespace Migrate.Testing;

/// <summary>
/// The folder with reference numbers and data that lies beside the repository, outside of version control. It is found through the
/// environment variable MIGRATE_SHARED, or as "shared" in or beside a folder above the test program, or above the folder that the
/// tests were started from.
/// </summary>
public static class SharedFolder
{
    private static readonly Lazy<string?> Root = new(FindRoot);

    /// <summary>The folder, or null where there is none.</summary>
    public static string? Path => Root.Value;

    /// <summary>True where the folder is there.</summary>
    public static bool Exists => Path is not null;

    /// <summary>A file or folder in it; where it is absent, the running test is skipped, and shows as skipped.</summary>
    public static string Require(params string[] parts)
    {
        var path = Path is null ? null : System.IO.Path.Combine([Path, .. parts]);
        if (path is null || !System.IO.Path.Exists(path))
        {
            throw new SkippedException(
                $"needs shared/{string.Join('/', parts)} (reference data, not in the repository; set MIGRATE_SHARED)");
        }

        return path;
    }

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("MIGRATE_SHARED") is { Length: > 0 } given)
        {
            return Directory.Exists(given) ? given : null;
        }

        // The test runner changes the current folder; PWD still names the one that the shell was in.
        return Above(AppContext.BaseDirectory) ?? Above(Environment.GetEnvironmentVariable("PWD") ?? Environment.CurrentDirectory);
    }

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared");
            if (File.Exists(System.IO.Path.Combine(candidate, "golden", "README.md")))
            {
                return candidate;
            }
        }

        return null;
    }
}
