using System.Globalization;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Reports;

namespace Migrate.Benchmarks;

/// <summary>Keeps the reports of a run under benchmarks/results, with the date in their names.</summary>
internal static class ResultFiles
{
    /// <summary>Root of the checkout this program was built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Writes a result of today.</summary>
    public static void Write(string name, string kind, string text) => File.WriteAllText(Path.Combine(Folder(), $"{Today}-{name}.{kind}"), text);

    public static bool Keep(IEnumerable<Summary> summaries)
    {
        var kept = false;
        foreach (var summary in summaries.Where(s => s.BenchmarksCases.Length > 0 && Directory.Exists(s.ResultsDirectoryPath)))
        {
            var benchmark = summary.BenchmarksCases[0].Descriptor.Type;
            foreach (var (pattern, kind) in new[] { ("*.md", "md"), ("*.json", "json") })
            {
                // "Migrate.Benchmarks.GraphBenchmarks-report-github.md"
                foreach (var file in Directory.EnumerateFiles(summary.ResultsDirectoryPath, $"{benchmark.FullName}-{pattern}"))
                {
                    Write(benchmark.Name, kind, File.ReadAllText(file));
                    kept = true;
                }
            }
        }

        return kept;
    }

    private static string Today => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Folder() => Directory.CreateDirectory(Path.Combine(Root, "benchmarks", "results")).FullName;

    private static string FindRoot([CallerFilePath] string source = "")
    {
        for (var folder = new DirectoryInfo(Path.GetDirectoryName(source)!); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "build.sh")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
