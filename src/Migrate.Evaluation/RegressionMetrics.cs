namespace Migrate.Evaluation;

/// <summary>How far predictions lie from what was expected. Errors are predicted − expected, in the unit of the values (eV for barriers).</summary>
/// <param name="Count">Pairs.</param>
/// <param name="R2">Coefficient of determination, 1 − Σ(error²) / Σ((expected − mean)²); NaN when all expected values are equal.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Bias">Mean error; positive when predictions are too high.</param>
/// <param name="MaxError">Largest absolute error.</param>
/// <param name="ShareBelow">Share of absolute errors below <see cref="SmallError"/>, 0–1.</param>
/// <param name="ShareBetween">Share from <see cref="SmallError"/> to <see cref="LargeError"/>, both included, 0–1.</param>
/// <param name="ShareAbove">Share above <see cref="LargeError"/>, 0–1.</param>
public sealed record RegressionMetrics(
    int Count,
    double R2,
    double Mae,
    double Rmse,
    double Bias,
    double MaxError,
    double ShareBelow,
    double ShareBetween,
    double ShareAbove)
{
    /// <summary>Errors below it count as small, eV (bins of the paper's error histogram).</summary>
    public const double SmallError = 0.1;

    /// <summary>Errors above it count as large, eV.</summary>
    public const double LargeError = 0.3;

    /// <summary>The metrics of paired values.</summary>
    /// <param name="expected">[n] reference values.</param>
    /// <param name="predicted">[n] predictions, same order and unit.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a value is not finite.</exception>
    public static RegressionMetrics Compute(IReadOnlyList<double> expected, IReadOnlyList<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        double[] y = [.. expected];
        double[] p = [.. predicted];
        Paired.Check(y, p);
        var n = y.Length;
        var (sum, absolute, squared, largest) = (0.0, 0.0, 0.0, 0.0);
        var (below, above) = (0, 0);
        for (var i = 0; i < n; i++)
        {
            var error = p[i] - y[i];
            var size = Math.Abs(error);
            sum += error;
            absolute += size;
            squared += error * error;
            largest = Math.Max(largest, size);
            below += size < SmallError ? 1 : 0;
            above += size > LargeError ? 1 : 0;
        }

        return new RegressionMetrics(
            n, CoefficientOfDetermination(y, squared), absolute / n, Math.Sqrt(squared / n), sum / n, largest,
            (double)below / n, (double)(n - below - above) / n, (double)above / n);
    }

    private static double CoefficientOfDetermination(double[] expected, double squaredErrors)
    {
        // Compared value by value: the mean of equal numbers need not be that number to the last bit.
        if (Array.TrueForAll(expected, v => v == expected[0]))
        {
            return double.NaN;
        }

        var mean = expected.Average();
        return 1 - (squaredErrors / expected.Sum(v => (v - mean) * (v - mean)));
    }
}
