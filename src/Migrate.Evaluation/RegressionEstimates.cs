namespace Migrate.Evaluation;

/// <summary>The metrics of a prediction with their bootstrap uncertainty.</summary>
/// <param name="Metrics">From all data.</param>
/// <param name="R2">Coefficient of determination.</param>
/// <param name="Mae">Mean absolute error, unit of the values.</param>
/// <param name="Rmse">Root mean squared error, unit of the values.</param>
/// <param name="Bias">Mean of predicted − expected, unit of the values.</param>
public sealed record RegressionEstimates(RegressionMetrics Metrics, Estimate R2, Estimate Mae, Estimate Rmse, Estimate Bias)
{
    /// <summary>The metrics of paired values, with uncertainties.</summary>
    /// <param name="expected">[n] reference values.</param>
    /// <param name="predicted">[n] predictions, same order and unit.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a value is not finite.</exception>
    public static RegressionEstimates Compute(
        IReadOnlyList<double> expected, IReadOnlyList<double> predicted, Bootstrap? bootstrap = null)
    {
        var metrics = RegressionMetrics.Compute(expected, predicted);
        var resamples = new Resampled(expected, predicted);
        var estimates = (bootstrap ?? new Bootstrap()).Estimate(
            expected.Count,
            drawn => resamples.Of(drawn).R2,
            drawn => resamples.Of(drawn).Mae,
            drawn => resamples.Of(drawn).Rmse,
            drawn => resamples.Of(drawn).Bias);
        return new RegressionEstimates(metrics, estimates[0], estimates[1], estimates[2], estimates[3]);
    }

    /// <summary>Gathers drawn pairs, and takes the sums of one draw only once for the four statistics.</summary>
    private sealed class Resampled(IReadOnlyList<double> expected, IReadOnlyList<double> predicted)
    {
        private readonly double[] _expected = new double[expected.Count];
        private readonly double[] _predicted = new double[expected.Count];
        private readonly int[] _drawn = new int[expected.Count];
        private RegressionMetrics? _last;

        public RegressionMetrics Of(ReadOnlyMemory<int> drawn)
        {
            if (_last is null || !drawn.Span.SequenceEqual(_drawn))
            {
                drawn.CopyTo(_drawn);
                for (var i = 0; i < _drawn.Length; i++)
                {
                    (_expected[i], _predicted[i]) = (expected[_drawn[i]], predicted[_drawn[i]]);
                }

                _last = RegressionMetrics.Compute(_expected, _predicted);
            }

            return _last;
        }
    }
}
