namespace Migrate.Evaluation.Tests;

public class BootstrapTests
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 100).Select(i => (double)i)];

    private static double Mean(ReadOnlyMemory<int> drawn)
    {
        var sum = 0.0;
        foreach (var i in drawn.Span)
        {
            sum += Values[i];
        }

        return sum / drawn.Length;
    }

    // The standard error of a mean is σ/√n, here √((100² − 1)/12)/10 = 2.887, and its interval is the mean ± 1.96 standard errors.
    // With 1,000 resamples the standard error itself is known to about 2.2 %.
    [Fact]
    public void Error_of_a_mean_is_the_textbook_one()
    {
        var estimate = new Bootstrap().Estimate(Values.Length, Mean)[0];
        Assert.Equal(49.5, estimate.Value, 12);
        Assert.InRange(estimate.StandardError, 2.887 * 0.9, 2.887 * 1.1);
        Assert.InRange(estimate.Low, 49.5 - (1.96 * 2.887) - 0.8, 49.5 - (1.96 * 2.887) + 0.8);
        Assert.InRange(estimate.High, 49.5 + (1.96 * 2.887) - 0.8, 49.5 + (1.96 * 2.887) + 0.8);
    }

    [Fact]
    public void Seed_fixes_the_resamples()
    {
        var first = new Bootstrap { Seed = 5 }.Estimate(Values.Length, Mean)[0];
        Assert.Equal(first, new Bootstrap { Seed = 5 }.Estimate(Values.Length, Mean)[0]);
        Assert.NotEqual(first, new Bootstrap { Seed = 6 }.Estimate(Values.Length, Mean)[0]);
    }

    [Fact]
    public void Statistic_that_does_not_exist_has_no_uncertainty()
    {
        var estimate = new Bootstrap().Estimate(3, _ => double.NaN)[0];
        Assert.True(double.IsNaN(estimate.Value) && double.IsNaN(estimate.StandardError) && double.IsNaN(estimate.Low));
        Assert.Equal("– ± –", estimate.ToString());
        Assert.Equal("–", estimate.ToPercent());
    }

    // 0, 1, 2, 3: the 25 % percentile lies at position 0.75.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 0.75)]
    [InlineData(0.5, 1.5)]
    [InlineData(1, 3)]
    public void Percentile_is_interpolated(double share, double expected) => Assert.Equal(expected, Bootstrap.Percentile([0, 1, 2, 3], share), 12);

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(10, 1)]
    public void Too_few_data_or_resamples_are_refused(int count, int resamples) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bootstrap { Resamples = resamples }.Estimate(count, _ => 0));

    // |error| of the first is 0.1 smaller everywhere, so every resample says the same.
    [Fact]
    public void Comparison_sees_a_lead_that_is_everywhere()
    {
        var comparison = PairedComparison.Compute([1, 2, 3], [1.1, 1.9, 3], [1.2, 1.8, 3.1]);
        Assert.Equal(-0.1, comparison.MaeDifference.Value, 12);
        Assert.Equal(0, comparison.MaeDifference.StandardError, 12);
        Assert.Equal(0, comparison.ShareNotBetter);
    }

    [Fact]
    public void Comparison_with_itself_is_no_lead() =>
        Assert.Equal(1, PairedComparison.Compute([1, 2, 3], [1.1, 1.9, 3], [1.1, 1.9, 3]).ShareNotBetter);

    // Half the data speak for each side: about half of the resamples do.
    [Fact]
    public void Comparison_of_equals_is_undecided()
    {
        double[] expected = new double[100];
        var comparison = PairedComparison.Compute(
            expected, [.. expected.Select((_, i) => i % 2 == 0 ? 0.1 : 0.2)], [.. expected.Select((_, i) => i % 2 == 0 ? 0.2 : 0.1)]);
        Assert.Equal(0, comparison.MaeDifference.Value, 12);
        Assert.InRange(comparison.ShareNotBetter, 0.4, 0.65);
    }
}
