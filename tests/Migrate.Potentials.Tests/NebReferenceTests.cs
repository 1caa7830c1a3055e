using Migrate.Potentials.Neb;

namespace Migrate.Potentials.Tests;

/// <summary>Whole bands against re-computations of published ones, step by step.</summary>
public class NebReferenceTests
{
    private const string Efs = "M3GNet-MP-2021.2.8-EFS";

    [Theory, InlineData("Li3OBr_1"), InlineData("KNiF3")]
    public void A_published_band_is_followed_step_by_step(string name)
    {
        var reference = new NebReference(name, "float64");
        using var potential = PotentialLoader.Open(GoldenPotential.Weights(Efs));
        var result = new NebRunner(potential, NebSettings.Published).Run([reference.Ends], null, TestContext.Current.CancellationToken).Single().Result;
        Assert.Null(result.Error);
        Assert.True(result.IsConverged);
        Assert.Equal(reference.Barrier, result.Barrier, 2e-3);
        Follow(reference.Log("log_initial"), result.InitialLog, 10);
        Follow(reference.Log("log_final"), result.FinalLog, 10);
        Follow(reference.Log("log_band"), result.BandLog, 10);
        Assert.Equal(reference.Energies, result.Images.Select(i => i.Energy), (a, b) => Math.Abs(a - b) < 2e-3);
    }

    [Theory, InlineData("float64_improved_tangent_climbing_bfgs", NebOptimizer.Bfgs), InlineData("float64_improved_tangent_climbing_fire", NebOptimizer.Fire)]
    public void A_climbing_band_is_followed_step_by_step(string run, NebOptimizer optimizer)
    {
        var reference = new NebReference("Li3OBr_1", run);
        var start = reference.Interpolated;
        var path = NebPath.Create("Li3OBr_1", reference.At(start[0]), reference.At(start[^1]), nearestImages: false);
        var settings = NebSettings.Published with
        {
            RelaxEnds = false,
            Images = 5,
            Method = NebMethod.ImprovedTangent,
            Climb = true,
            Optimizer = optimizer,
            MaxSteps = 400,
        };
        using var potential = PotentialLoader.Open(GoldenPotential.Weights(Efs));
        var result = new NebRunner(potential, settings).Run([path], null, TestContext.Current.CancellationToken).Single().Result;
        Assert.Null(result.Error);
        Assert.Equal(reference.Barrier, result.Barrier, 2e-3);
        Follow(reference.Log("log_band"), result.BandLog, 10);
    }

    [Theory, InlineData("Li3OBr_1"), InlineData("Ca1.5Cr2F7_1"), InlineData("MgSc2S4")]
    public void The_first_guess_is_that_of_the_reference(string name)
    {
        var reference = new NebReference(name, "float64");
        var expected = reference.Interpolated;
        double[] Flat(int image) => [.. expected[image].SelectMany(v => new[] { v.X, v.Y, v.Z })];
        var images = Interpolation.Create(Flat(0), Flat(expected.Length - 1), reference.Lattice, NebSettings.Published);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Flat(i).Zip(images[i], (a, b) => Math.Abs(a - b)).Max() < 1e-6, $"image {i + 1}");
        }
    }

    private static void Follow(NebStep[] expected, IReadOnlyList<NebStep> actual, int steps)
    {
        for (var k = 0; k < Math.Min(steps, expected.Length); k++)
        {
            Assert.True(Math.Abs(expected[k].Energy - actual[k].Energy) < 1e-4, $"step {k}: energy {actual[k].Energy} against {expected[k].Energy}");
            Assert.True(Math.Abs(expected[k].Force - actual[k].Force) < 2e-3, $"step {k}: force {actual[k].Force} against {expected[k].Force}");
        }
    }
}
