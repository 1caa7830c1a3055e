namespace Migrate.Evaluation;

/// <summary>All that the sections of a report are made from.</summary>
internal sealed class ReportData
{
    public ReportData(IReadOnlyList<ResultRun> runs, ReferencePredictions? reference, Bootstrap bootstrap)
    {
        (Bootstrap, Reference) = (bootstrap, reference);
        Runs = [.. runs.Select(ReportEntry.Of)];
        Published = [.. (reference?.Models ?? []).Select(m => new ReportEntry(PublishedModels.Title(m.Column), "published", [], m.Training, m.Test))];
        Floors = [.. FloorEntries.Of(Runs[0])];
        var best = (reference?.Models ?? []).Select(m => m.Column).ToList().IndexOf(PublishedModels.BestColumn);
        Comparison = Published.Count == 0 ? null : Published[Math.Max(best, 0)];
    }

    public Bootstrap Bootstrap { get; }

    public ReferencePredictions? Reference { get; }

    /// <summary>In the order given; the others are compared with the first.</summary>
    public IReadOnlyList<ReportEntry> Runs { get; }

    public IReadOnlyList<ReportEntry> Published { get; }

    public IReadOnlyList<ReportEntry> Floors { get; }

    /// <summary>The published model that stands beside the runs where there is no room for all; null without a reference.</summary>
    public ReportEntry? Comparison { get; }

    public IEnumerable<ReportEntry> All => Runs.Concat(Published).Concat(Floors);

    /// <summary>The runs and <see cref="Comparison"/>.</summary>
    public IEnumerable<ReportEntry> RunsAndComparison => Comparison is null ? Runs : Runs.Append(Comparison);

    public RegressionEstimates Scores(ReportEntry entry, ReportPart part) => entry.Scores(part.Of(entry), Bootstrap);
}
