namespace Migrate.Evaluation;

/// <summary>One training-set size of a learning curve.</summary>
/// <param name="TrainSize">Paths that each model was trained on.</param>
/// <param name="Models">Models: different seeds or folds.</param>
/// <param name="Paths">Different paths they were evaluated on.</param>
/// <param name="Mae">Mean over models of the MAE, eV.</param>
/// <param name="StandardError">
/// Of <paramref name="Mae"/>, eV: standard deviation over models / √models; with a single model the bootstrap error over its paths.
/// </param>
/// <param name="R2">Mean over models of the coefficient of determination; NaN where one has none.</param>
public sealed record LearningCurvePoint(int TrainSize, int Models, int Paths, double Mae, double StandardError, double R2)
{
    /// <summary>The points of a curve, by size.</summary>
    /// <param name="rows">Predictions; only those of <see cref="PredictionSplit.LearningCurve"/> count.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    public static IReadOnlyList<LearningCurvePoint> Compute(IEnumerable<PredictionRow> rows, Bootstrap? bootstrap = null) =>
    [
        .. rows.Where(row => row.Split == PredictionSplit.LearningCurve)
            .GroupBy(row => row.TrainSize).OrderBy(size => size.Key)
            .Select(size => Point(size.Key, [.. size], bootstrap)),
    ];

    private static LearningCurvePoint Point(int size, PredictionRow[] rows, Bootstrap? bootstrap)
    {
        var models = rows.GroupBy(row => (row.Seed, row.Fold))
            .Select(model => RegressionEstimates.Compute([.. model.Select(r => r.Expected)], [.. model.Select(r => r.Predicted)], bootstrap)).ToList();
        var mean = models.Average(model => model.Metrics.Mae);
        var error = models.Count == 1
            ? models[0].Mae.StandardError
            : Math.Sqrt(models.Sum(m => (m.Metrics.Mae - mean) * (m.Metrics.Mae - mean)) / (models.Count - 1) / models.Count);
        return new LearningCurvePoint(
            size, models.Count, rows.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count(), mean, error, models.Average(m => m.Metrics.R2));
    }
}
