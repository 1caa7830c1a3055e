using System.Globalization;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Reports;

namespace Migrate.Benchmarks;

/// <summary>Keeps the reports of a run under benchmarks/results, with the date in their names.</summary>
internal static class ResultFiles
{
    /// <summary>Root of the checkout this program was built from.</summary>
    public static string Root { get; } = FindRoot();

    public static bool Keep(IEnumerable<Summary> summaries)
    {
        var (kept, date) = (false, DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var target = Directory.CreateDirectory(Path.Combine(Root, "benchmarks", "results")).FullName;
        foreach (var folder in summaries.Select(s => s.ResultsDirectoryPath).Distinct().Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(f => f.EndsWith(".md", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal)))
            {
                var kind = file.EndsWith(".md", StringComparison.Ordinal) ? "md" : "json";
                // "Migrate.Benchmarks.GraphBenchmarks-report-github.md"
                var benchmark = Path.GetFileName(file).Split('-')[0].Split('.')[^1];
                File.Copy(file, Path.Combine(target, $"{date}-{benchmark}.{kind}"), overwrite: true);
                kept = true;
            }
        }

        return kept;
    }

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
