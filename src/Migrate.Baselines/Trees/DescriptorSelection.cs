namespace Migrate.Baselines.Trees;

/// <summary>
/// Which descriptors a model keeps: those whose Pearson correlation with the barrier is strong enough, and of those that are correlated with each
/// other the one that tells more of the barrier. Fitted on training data alone.
/// </summary>
/// <param name="Columns">Kept columns, the one most correlated with the barrier first.</param>
/// <param name="Correlations">Correlation of each with the barrier.</param>
/// <param name="Threshold">Correlation, without sign, that no two kept columns exceed.</param>
public sealed record DescriptorSelection(IReadOnlyList<int> Columns, IReadOnlyList<double> Correlations, double Threshold)
{
    /// <summary>Selects columns.</summary>
    /// <param name="rows">[n_data][n_columns]; columns that are not finite everywhere, or constant, are left out.</param>
    /// <param name="values">[n_data] barriers.</param>
    /// <param name="smallest">Correlation with the barrier, without sign, that a kept column exceeds.</param>
    /// <param name="wanted">Columns to keep, about: the threshold between columns is set for it, in steps of 0.01.</param>
    /// <exception cref="ArgumentException">No column is left.</exception>
    public static DescriptorSelection Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> values, double smallest, int wanted)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(values);
        var target = Standardize([.. values]) ?? throw new ArgumentException("all barriers are equal: no descriptor can tell them apart");
        var candidates = new List<(int Column, double[] Values, double Correlation)>();
        for (var c = 0; c < rows[0].Length; c++)
        {
            if (Standardize([.. rows.Select(row => row[c])]) is { } column && Dot(column, target) is var correlation && Math.Abs(correlation) > smallest)
            {
                candidates.Add((c, column, correlation));
            }
        }

        if (candidates.Count == 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"no descriptor has a correlation above {smallest} with the barrier"));
        }

        // Of equally correlated columns the first.
        candidates = [.. candidates.OrderByDescending(c => Math.Abs(c.Correlation)).ThenBy(c => c.Column)];
        var kept = Enumerable.Range(30, 70).Select(percent => Keep(candidates, percent / 100.0))
            .MinBy(k => (Math.Abs(k.Kept.Count - wanted), k.Threshold));
        return new DescriptorSelection([.. kept.Kept.Select(k => candidates[k].Column)], [.. kept.Kept.Select(k => candidates[k].Correlation)], kept.Threshold);
    }

    private static (List<int> Kept, double Threshold) Keep(List<(int Column, double[] Values, double Correlation)> candidates, double threshold)
    {
        var kept = new List<int>();
        for (var k = 0; k < candidates.Count; k++)
        {
            if (kept.TrueForAll(other => Math.Abs(Dot(candidates[k].Values, candidates[other].Values)) <= threshold))
            {
                kept.Add(k);
            }
        }

        return (kept, threshold);
    }

    // Zero mean and unit length, so that a product is a correlation; null where that cannot be.
    private static double[]? Standardize(double[] values)
    {
        if (!values.All(double.IsFinite))
        {
            return null;
        }

        var mean = values.Average();
        var length = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)));
        return length > 1e-9 * Math.Max(1e-3, values.Max(Math.Abs)) ? [.. values.Select(v => (v - mean) / length)] : null;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
