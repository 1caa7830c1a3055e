using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Migrate.Benchmarks;

/// <summary>A column of numbers that follow from a method's fastest iteration.</summary>
internal sealed class WorkColumn(string name, string legend, Func<Summary, BenchmarkCase, double, string?> value) : IColumn
{
    /// <summary>GFLOP/s of the matrix products.</summary>
    public static WorkColumn Rate { get; } = new(
        "GFLOP/s",
        "floating-point operations of the matrix products per second, fastest iteration",
        (_, benchmark, seconds) => MeasuredWork.Of(benchmark) is { Flops: > 0 } work ? Number(work.Flops / seconds * 1e-9, "n0") : null);

    /// <summary>The same as a share of the measured peak of its arithmetic.</summary>
    public static WorkColumn ShareOfPeak { get; } = new(
        "of peak",
        "that rate as a share of the peak measured in the same run",
        (_, benchmark, seconds) => MeasuredWork.Of(benchmark) is { Flops: > 0 } work
            ? Number(100 * work.Flops / seconds / MachinePeaks.Of(work.Arithmetic), "n0") + " %"
            : null);

    /// <summary>Times faster than the baseline method.</summary>
    public static WorkColumn Speedup { get; } = new(
        "speed-up",
        "fastest iteration of the baseline / fastest iteration",
        (summary, benchmark, seconds) => BaselineSeconds(summary, benchmark) is { } baseline ? Number(baseline / seconds, "n2") + "×" : null);

    /// <summary>Memory needed at most beyond what was there before.</summary>
    public static WorkColumn PeakMemory { get; } = new(
        "peak MiB",
        "growth of the resident set during one call, at most",
        (_, benchmark, _) => MeasuredWork.MemoryOf(benchmark) is { } bytes ? Number(bytes / 1048576.0, "n0") : null);

    public string Id => ColumnName;

    public string ColumnName { get; } = name;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Seconds(summary, benchmarkCase) is { } seconds ? value(summary, benchmarkCase, seconds) ?? "–" : "–";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.BenchmarksCases.Any(benchmark => GetValue(summary, benchmark) != "–");
    }

    private static double? Seconds(Summary summary, BenchmarkCase benchmark) => summary[benchmark]?.ResultStatistics?.Min * 1e-9;

    private static double? BaselineSeconds(Summary summary, BenchmarkCase benchmark) => summary.BenchmarksCases
        .Where(other => other.Descriptor.Baseline && other.Parameters.DisplayInfo == benchmark.Parameters.DisplayInfo)
        .Select(other => Seconds(summary, other))
        .FirstOrDefault();

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
