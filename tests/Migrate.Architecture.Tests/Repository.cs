using System.Diagnostics;
using System.Reflection;

namespace Migrate.Architecture.Tests;

/// <summary>The files of the repository that this test program belongs to.</summary>
internal static class Repository
{
    private static readonly Lazy<string[]> Listed = new(List);

    /// <summary>Full path of the folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes: what git tracks, or without git everything that is not built.</summary>
    public static IReadOnlyList<string> Files => Listed.Value;

    public static string FullPath(string file) => Path.Combine(Root, file);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Migrate.sln")))
            {
                return folder.FullName;
            }
        }

        return typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == "RepositoryRoot").Value!;
    }

    // A file that was removed but not yet committed is still listed by git.
    private static string[] List() => [.. (GitFiles() ?? Walk()).Where(file => File.Exists(FullPath(file))).Order(StringComparer.Ordinal)];

    private static string[]? GitFiles()
    {
        if (!Path.Exists(Path.Combine(Root, ".git")))
        {
            return null;
        }

        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z"]) { WorkingDirectory = Root, RedirectStandardOutput = true })!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 && output.Length > 0 ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine.
            return null;
        }
    }

    private static IEnumerable<string> Walk()
    {
        string[] built = [".git", ".build", ".gpu-pack", ".gpu-results", "bin", "obj", "TestResults", ".vs", ".vscode", ".idea"];
        var pending = new Stack<string>([Root]);
        while (pending.TryPop(out var folder))
        {
            foreach (var child in Directory.EnumerateDirectories(folder).Where(child => !built.Contains(Path.GetFileName(child))))
            {
                pending.Push(child);
            }

            foreach (var file in Directory.EnumerateFiles(folder))
            {
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
            }
        }
    }
}
