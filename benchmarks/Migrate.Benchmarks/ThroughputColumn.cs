using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Migrate.Benchmarks;

/// <summary>Structures per second in the fastest iteration: other work on the machine only ever makes an iteration slower.</summary>
internal sealed class ThroughputColumn : IColumn
{
    public string Id => "structures/s";

    public string ColumnName => "structures/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "structures per second in the fastest iteration";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(benchmarkCase);
        var count = Workload.StructuresOf(benchmarkCase.Descriptor.WorkloadMethod);
        return count is { } n && summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (n / (statistics.Min * 1e-9)).ToString("n0", CultureInfo.InvariantCulture)
            : "–";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
