namespace Migrate.Evaluation;

/// <summary>Something with predictions that the report compares.</summary>
/// <param name="Title">As tables and keys show it.</param>
/// <param name="Style">How its rows look: run, published or floor.</param>
/// <param name="CrossValidation">Out-of-fold predictions, one for each path; may be empty.</param>
/// <param name="Training">Predictions of paths it was fitted on; may be empty.</param>
/// <param name="Test">Predictions of test paths; may be empty.</param>
/// <param name="Run">The run behind it; null for what is published, and floors.</param>
internal sealed record ReportEntry(
    string Title,
    string Style,
    IReadOnlyList<PathPrediction> CrossValidation,
    IReadOnlyList<PathPrediction> Training,
    IReadOnlyList<PathPrediction> Test,
    ResultRun? Run = null)
{
    private readonly Dictionary<IReadOnlyList<PathPrediction>, RegressionEstimates> _estimates = new(ReferenceEqualityComparer.Instance);

    public static ReportEntry Of(ResultRun run)
    {
        IReadOnlyList<PathPrediction> Mean(PredictionSplit split) => PathPrediction.Mean(run.Of(split));
        return new ReportEntry(
            run.Info.Title, "run", Mean(PredictionSplit.CrossValidation), Mean(PredictionSplit.Training), Mean(PredictionSplit.Test), run);
    }

    /// <summary>Scores on one of its lists, taken only once.</summary>
    public RegressionEstimates Scores(IReadOnlyList<PathPrediction> paths, Bootstrap bootstrap)
    {
        if (!_estimates.TryGetValue(paths, out var estimates))
        {
            estimates = RegressionEstimates.Compute([.. paths.Select(p => p.Expected)], [.. paths.Select(p => p.Predicted)], bootstrap);
            _estimates.Add(paths, estimates);
        }

        return estimates;
    }
}

/// <summary>One of the two sets that scores are given for.</summary>
/// <param name="Name">"test set".</param>
/// <param name="Id">For identifiers.</param>
/// <param name="Of">The predictions of an entry.</param>
internal sealed record ReportPart(string Name, string Id, Func<ReportEntry, IReadOnlyList<PathPrediction>> Of)
{
    public static readonly ReportPart Test = new("test set", "test", entry => entry.Test);
    public static readonly ReportPart CrossValidation = new("cross-validation", "cv", entry => entry.CrossValidation);
    public static readonly IReadOnlyList<ReportPart> Both = [Test, CrossValidation];

    public List<ReportEntry> Having(IEnumerable<ReportEntry> entries) => [.. entries.Where(entry => Of(entry).Count > 0)];
}
