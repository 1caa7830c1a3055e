namespace Migrate.Evaluation;

/// <summary>Two predictions of the same data, compared on the same resamples.</summary>
/// <param name="MaeDifference">MAE of the first − MAE of the second; negative when the first is better.</param>
/// <param name="ShareNotBetter">
/// Share of resamples, 0–1, in which the first is not better than the second: small when its lead does not hang on a few data.
/// </param>
public sealed record PairedComparison(Estimate MaeDifference, double ShareNotBetter)
{
    /// <summary>Compares two predictions.</summary>
    /// <param name="expected">[n] reference values.</param>
    /// <param name="first">[n] predictions, same order and unit.</param>
    /// <param name="second">[n] predictions, same order and unit.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no datum, or a value is not finite.</exception>
    public static PairedComparison Compute(
        IReadOnlyList<double> expected, IReadOnlyList<double> first, IReadOnlyList<double> second, Bootstrap? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Paired.Check([.. expected], [.. first]);
        Paired.Check([.. expected], [.. second]);
        double[] leads = [.. expected.Select((y, i) => Math.Abs(first[i] - y) - Math.Abs(second[i] - y))];
        var draws = (bootstrap ?? new Bootstrap()).Draw(leads.Length, [drawn => Mean(leads, drawn.Span)])[0];
        return new PairedComparison(
            Bootstrap.Summarize(leads.Average(), draws), (double)draws.Count(difference => difference >= 0) / draws.Length);
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
