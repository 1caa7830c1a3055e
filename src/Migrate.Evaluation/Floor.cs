namespace Migrate.Evaluation;

/// <summary>What predicting one number, learnt from the training values alone, would reach: a model has to beat it.</summary>
/// <param name="Mean">Mean of the training values: the constant with the least squared error on them.</param>
/// <param name="Median">Median of the training values: the constant with the least absolute error on them.</param>
/// <param name="OfMean">Metrics of predicting <paramref name="Mean"/> everywhere.</param>
/// <param name="OfMedian">Metrics of predicting <paramref name="Median"/> everywhere.</param>
public sealed record Floor(double Mean, double Median, RegressionMetrics OfMean, RegressionMetrics OfMedian)
{
    /// <summary>The floor of some data.</summary>
    /// <param name="training">[n_training] values the constants are learnt from.</param>
    /// <param name="expected">[n] values they are to predict.</param>
    /// <exception cref="ArgumentException">A list is empty, or a value is not finite.</exception>
    public static Floor Compute(IReadOnlyList<double> training, IReadOnlyList<double> expected)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(expected);
        Paired.Check([.. training], "training value");
        double[] sorted = [.. training.Order()];
        var (mean, median) = (sorted.Average(), Bootstrap.Percentile(sorted, 0.5));
        RegressionMetrics Constant(double value) => RegressionMetrics.Compute(expected, [.. expected.Select(_ => value)]);
        return new Floor(mean, median, Constant(mean), Constant(median));
    }
}
