namespace Migrate.Evaluation;

/// <summary>How far 90 % prediction intervals can be relied on.</summary>
/// <param name="Count">Predictions with an interval.</param>
/// <param name="Coverage">Share of the reference barriers inside (ends included); <see cref="Nominal"/> would be right.</param>
/// <param name="Width">Mean width, eV.</param>
/// <param name="Calibration">
/// Nominal level and the share then covered, for intervals of other levels. Their ends lie on the same sides of the prediction at
/// distances scaled by z(level) / z(90 %), z being the two-sided quantile of the normal distribution: an assumption about the shape.
/// </param>
public sealed record IntervalReliability(int Count, Estimate Coverage, Estimate Width, IReadOnlyList<(double Level, double Covered)> Calibration)
{
    /// <summary>Share of the reference barriers that the intervals promise to hold.</summary>
    public const double Nominal = 0.9;

    // Two-sided quantiles of the standard normal distribution (e.g. NIST/SEMATECH e-Handbook, table 1.3.6.7.1).
    private static readonly (double Level, double Z)[] Quantiles =
    [
        (0.1, 0.125661), (0.2, 0.253347), (0.3, 0.385320), (0.4, 0.524401), (0.5, 0.674490),
        (0.6, 0.841621), (0.7, 1.036433), (0.8, 1.281552), (Nominal, 1.644854), (0.95, 1.959964), (0.99, 2.575829),
    ];

    /// <summary>Coverage, width and calibration.</summary>
    /// <param name="paths">Predictions; those without an interval are left out.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <returns>Null where no prediction has an interval.</returns>
    public static IntervalReliability? Compute(IReadOnlyList<PathPrediction> paths, Bootstrap? bootstrap = null)
    {
        var known = paths.Where(path => path.Lower is not null && path.Upper is not null).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        double[] inside = [.. known.Select(path => Holds(path, 1) ? 1.0 : 0)];
        double[] widths = [.. known.Select(path => path.Upper!.Value - path.Lower!.Value)];
        var estimates = (bootstrap ?? new Bootstrap()).Estimate(known.Count, drawn => Mean(inside, drawn.Span), drawn => Mean(widths, drawn.Span));
        var z = Quantiles.Single(q => q.Level == Nominal).Z;
        return new IntervalReliability(
            known.Count, estimates[0], estimates[1],
            [.. Quantiles.Select(q => (q.Level, (double)known.Count(path => Holds(path, q.Z / z)) / known.Count))]);
    }

    private static bool Holds(PathPrediction path, double scale)
    {
        // The last bit of a product must not decide about an end that lies exactly on the reference.
        var (lower, upper) = scale == 1
            ? (path.Lower!.Value, path.Upper!.Value)
            : (path.Predicted + (scale * (path.Lower!.Value - path.Predicted)), path.Predicted + (scale * (path.Upper!.Value - path.Predicted)));
        return lower <= path.Expected && path.Expected <= upper;
    }

    private static double Mean(double[] values, ReadOnlySpan<int> drawn)
    {
        var sum = 0.0;
        foreach (var i in drawn)
        {
            sum += values[i];
        }

        return sum / drawn.Length;
    }
}
