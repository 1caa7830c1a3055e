using Migrate.Models;

namespace Migrate.Training.Tests;

public class TargetScalerTests
{
    [Fact]
    public void Standardizing_and_normalizing_is_the_published_affine_map()
    {
        // 2 (E − 0.0035)/(8.77 − 0.0035) − 1 for E = 0.516 eV, entry 7 of the published training file.
        var scaler = TargetScaler.Fit([0.0035, 0.3, 0.9, 8.77]);
        Assert.Equal(-0.8830776250499058, scaler.Scale(0.516), 1e-14);
        Assert.Equal(0.516, scaler.Unscale(scaler.Scale(0.516)), 1e-14);
        Assert.Equal(4.38325, scaler.UnitInElectronVolts, 1e-12);
    }

    [Theory, InlineData(new double[0]), InlineData(new[] { 1.0 }), InlineData(new[] { 0.5, 0.5, 0.5 })]
    public void Needs_two_different_values(double[] barriers) =>
        Assert.Throws<ArgumentException>(() => TargetScaler.Fit(barriers));
}
