namespace Migrate.Evaluation.Tests;

public class RegressionMetricsTests
{
    // By hand: errors 0.05, −0.2, 0.5, 0; Σ error² = 0.2925; mean of expected 1.5, Σ (expected − mean)² = 1.25 + ... = 5.
    [Fact]
    public void Metrics_are_those_computed_by_hand()
    {
        var m = RegressionMetrics.Compute([0, 1, 2, 3], [0.05, 0.8, 2.5, 3]);
        Assert.Equal(4, m.Count);
        Assert.Equal(1 - (0.2925 / 5), m.R2, 12);
        Assert.Equal(0.75 / 4, m.Mae, 12);
        Assert.Equal(Math.Sqrt(0.2925 / 4), m.Rmse, 12);
        Assert.Equal(0.35 / 4, m.Bias, 12);
        Assert.Equal(0.5, m.MaxError, 12);
        Assert.Equal((0.5, 0.25, 0.25), (m.ShareBelow, m.ShareBetween, m.ShareAbove));
    }

    [Fact]
    public void Perfect_prediction_has_no_error()
    {
        var m = RegressionMetrics.Compute([1, 2], [1, 2]);
        Assert.Equal((1, 0, 0, 0), (m.R2, m.Mae, m.Rmse, m.Bias));
    }

    [Theory]
    [InlineData(new[] { 0.3 })]
    [InlineData(new[] { 0.3, 0.3, 0.3 })]
    public void R2_of_equal_targets_does_not_exist(double[] expected)
    {
        var m = RegressionMetrics.Compute(expected, [.. expected.Select(_ => 0.4)]);
        Assert.True(double.IsNaN(m.R2));
        Assert.Equal(0.1, m.Mae, 12);
    }

    // Errors exactly at the limits belong to the middle share; the numbers are binary fractions of the limits.
    [Fact]
    public void Errors_at_the_limits_are_in_the_middle()
    {
        var m = RegressionMetrics.Compute([0, 0], [RegressionMetrics.SmallError, RegressionMetrics.LargeError]);
        Assert.Equal((0, 1, 0), (m.ShareBelow, m.ShareBetween, m.ShareAbove));
    }

    public static TheoryData<double[], double[], string> Bad => new()
    {
        { [1, 2], [1], "2 expected values but 1 predictions" },
        { [], [], "at least one" },
        { [1, double.NaN], [1, 2], "expected value 2 of 2 is NaN" },
        { [1, 2], [double.PositiveInfinity, 2], "prediction 1 of 2 is ∞" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void Bad_input_is_refused(double[] expected, double[] predicted, string words)
    {
        var error = Assert.Throws<ArgumentException>(() => RegressionMetrics.Compute(expected, predicted));
        Assert.Contains(words.Replace("∞", double.PositiveInfinity.ToString(), StringComparison.Ordinal), error.Message);
    }
}
