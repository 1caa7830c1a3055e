using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

[Collection(nameof(OneRandomState))]
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

    [Theory, InlineData(0.0), InlineData(0.0035), InlineData(0.5), InlineData(8.77), InlineData(30.0)]
    public void A_logarithmic_scale_comes_back(double barrier)
    {
        var scaler = TargetScaler.Fit([0.0035, 0.3, 0.9, 8.77], logarithmic: true);
        Assert.Equal(barrier, scaler.Unscale(scaler.Scale(barrier)), 1e-12);
    }

    [Fact]
    public void A_logarithmic_scale_runs_over_the_logarithms()
    {
        var scaler = TargetScaler.Fit([0, 0.3, 0.9, 8.77], logarithmic: true);
        Assert.Equal(-1, scaler.Scale(0), 1e-14);
        Assert.Equal(1, scaler.Scale(8.77), 1e-14);
        // Halfway between the logarithms of 0.05 and 8.82.
        Assert.Equal(0, scaler.Scale(Math.Sqrt(0.05 * 8.82) - 0.05), 1e-14);
        // What lies below zero counts as zero.
        Assert.Equal(-1, scaler.Scale(-0.01), 1e-14);
        Assert.Equal(Math.Log(0.05), scaler.Minimum, 1e-14);
    }

    [Fact]
    public void A_negative_barrier_has_no_logarithm()
    {
        var error = Assert.Throws<ArgumentException>(() => TargetScaler.Fit([0.5, -0.1], logarithmic: true));
        Assert.Contains("-0.1 eV", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TargetScaler.Fit([], logarithmic: true));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_checkpoint_keeps_the_scale_and_an_old_one_has_none_of_logarithms(bool logarithmic)
    {
        var scaler = TargetScaler.Fit([0.1, 0.3, 0.9], logarithmic);
        var old = "{ \"mean\": 0.5, \"standardDeviation\": 0.2, \"minimum\": 0.1, \"maximum\": 0.9 }";
        var folder = Directory.CreateTempSubdirectory("migrate-scaler-").FullName;
        try
        {
            var options = new AlignnOptions { HiddenFeatures = 4, EmbeddingFeatures = 4, AlignnLayers = 0, GcnLayers = 1 };
            using var network = new Alignn(options, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
            Checkpoint.Save(folder, network, new GraphSettings(), 5, scaler);
            Assert.Equal(scaler, CheckpointFiles.Read(folder).Scaler);
            File.WriteAllText(Path.Combine(folder, Checkpoint.ScalerFile), old);
            Assert.Equal(new TargetScaler(0.5, 0.2, 0.1, 0.9), CheckpointFiles.Read(folder).Scaler);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
