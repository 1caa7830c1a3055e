namespace Migrate.Evaluation;

/// <summary>
/// The bootstrap: the data are drawn again with replacement, as many as there are, and the spread of a statistic over the
/// resamples stands for its uncertainty. The same seed gives the same resamples for every statistic of the same data, so
/// two models are compared on the same draws.
/// </summary>
public sealed record Bootstrap
{
    /// <summary>How often the data are drawn again; at least 2, the paper has 1,000.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Seed of the draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Estimates several statistics of the same data on the same draws.</summary>
    /// <param name="count">Number of data, at least 1.</param>
    /// <param name="statistics">[n_statistics] each maps the drawn positions (0 … count − 1, repeats included) to a number; NaN where it does not exist.</param>
    /// <returns>[n_statistics] estimates. Draws for which a statistic is NaN do not count for it; without any left its uncertainty is NaN.</returns>
    /// <exception cref="ArgumentException">No data, or fewer than two resamples.</exception>
    public Estimate[] Estimate(int count, params Func<ReadOnlyMemory<int>, double>[] statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var values = Draw(count, statistics);
        int[] all = [.. Enumerable.Range(0, count)];
        return [.. statistics.Select((statistic, s) => Summarize(statistic(all), values[s]))];
    }

    /// <summary>The value of each statistic in each resample.</summary>
    /// <returns>[n_statistics][n_resamples].</returns>
    internal double[][] Draw(int count, IReadOnlyList<Func<ReadOnlyMemory<int>, double>> statistics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 2);
        var random = new RandomSource(Seed);
        var drawn = new int[count];
        double[][] values = [.. statistics.Select(_ => new double[Resamples])];
        for (var r = 0; r < Resamples; r++)
        {
            for (var i = 0; i < count; i++)
            {
                drawn[i] = random.NextIndex(count);
            }

            for (var s = 0; s < values.Length; s++)
            {
                values[s][r] = statistics[s](drawn);
            }
        }

        return values;
    }

    /// <summary>An estimate from the value of all data and the values of the resamples.</summary>
    internal static Estimate Summarize(double value, double[] resamples)
    {
        double[] sorted = [.. resamples.Where(v => !double.IsNaN(v)).Order()];
        if (double.IsNaN(value) || sorted.Length < 2)
        {
            return new Estimate(value, double.NaN, double.NaN, double.NaN);
        }

        var mean = sorted.Average();
        var deviation = Math.Sqrt(sorted.Sum(v => (v - mean) * (v - mean)) / (sorted.Length - 1));
        return new Estimate(value, deviation, Percentile(sorted, 0.025), Percentile(sorted, 0.975));
    }

    /// <summary>Percentile of sorted values, interpolated linearly between neighbours.</summary>
    internal static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var lower = (int)position;
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((position - lower) * (sorted[upper] - sorted[lower]));
    }
}
