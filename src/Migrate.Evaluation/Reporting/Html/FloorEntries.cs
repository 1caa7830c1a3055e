namespace Migrate.Evaluation;

/// <summary>
/// What predicting the mean or the median of the training barriers would reach. In cross-validation they are those of the other folds.
/// </summary>
internal static class FloorEntries
{
    public static IEnumerable<ReportEntry> Of(ReportEntry first)
    {
        yield return Entry("predicting the training mean", first, values => values.Average());
        yield return Entry("predicting the training median", first, values => Bootstrap.Percentile(values, 0.5));
    }

    private static ReportEntry Entry(string title, ReportEntry first, Func<double[], double> constant)
    {
        var validation = PathPrediction.Mean(first.Run!.Of(PredictionSplit.CrossValidation).GroupBy(row => row.Seed).SelectMany(seed => OutOfFold([.. seed], constant)));
        double[] training = [.. first.Run.TrainingPaths().Select(path => path.Expected).Order()];
        return new ReportEntry(
            title, "floor", validation, [], training.Length == 0 ? [] : [.. first.Test.Select(path => path with { Predicted = constant(training) })]);
    }

    private static IEnumerable<PredictionRow> OutOfFold(PredictionRow[] rows, Func<double[], double> constant)
    {
        foreach (var fold in rows.GroupBy(row => row.Fold))
        {
            double[] others = [.. rows.Where(row => row.Fold != fold.Key).Select(row => row.Expected).Order()];
            // Without folds there is nothing else to learn from.
            var value = constant(others.Length > 0 ? others : [.. rows.Select(row => row.Expected).Order()]);
            foreach (var row in fold)
            {
                yield return row with { Predicted = value, Lower = null, Upper = null };
            }
        }
    }
}
