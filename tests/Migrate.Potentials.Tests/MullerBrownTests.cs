using Migrate.Crystals;
using Migrate.Potentials.Neb;

namespace Migrate.Potentials.Tests;

/// <summary>Bands on the surface of Müller and Brown, whose minima and saddle points are known.</summary>
public class MullerBrownTests
{
    private const double Side = 100;

    private static readonly (double X, double Y) Upper = (-0.558, 1.442), Middle = (-0.050, 0.467), Lower = (0.623, 0.028);

    private static readonly NebSettings Settings = new()
    {
        Images = 7,
        Method = NebMethod.ImprovedTangent,
        Climb = true,
        Interpolation = NebInterpolation.Linear,
        Spring = 1,
        Tolerance = 1e-4,
    };

    [Theory]
    [InlineData(NebMethod.ImprovedTangent, NebOptimizer.Bfgs)]
    [InlineData(NebMethod.ImprovedTangent, NebOptimizer.Lbfgs)]
    [InlineData(NebMethod.ImprovedTangent, NebOptimizer.Fire)]
    [InlineData(NebMethod.FullSpring, NebOptimizer.Bfgs)]
    [InlineData(NebMethod.FullSpring, NebOptimizer.Fire)]
    public void Climbing_image_reaches_the_saddle_between_neighbouring_minima(NebMethod method, NebOptimizer optimizer)
    {
        var result = Run(Middle, Lower, Settings with { Method = method, Optimizer = optimizer });
        Assert.True(result.IsConverged);
        AssertAt(result.Highest, 0.212, 0.293, -72.249);
        Assert.Equal(-72.249 - -80.768, result.ForwardBarrier / AnalyticPotential.MullerBrownUnit, 0.002);
        Assert.Equal(-72.249 - -108.167, result.ReverseBarrier / AnalyticPotential.MullerBrownUnit, 0.002);
        Assert.Equal(result.ReverseBarrier, result.Barrier, 1e-12);
    }

    [Theory, InlineData(NebOptimizer.Bfgs), InlineData(NebOptimizer.Fire)]
    public void Climbing_image_reaches_the_higher_of_two_saddles(NebOptimizer optimizer)
    {
        var result = Run(Upper, Lower, Settings with { Images = 11, Optimizer = optimizer, MaxSteps = 3000 });
        Assert.True(result.IsConverged);
        AssertAt(result.Highest, -0.822, 0.624, -40.665);
        Assert.Equal(-40.665 - -146.700, result.ForwardBarrier / AnalyticPotential.MullerBrownUnit, 0.002);
    }

    [Fact]
    public void Without_climbing_the_spline_finds_the_saddle_between_images()
    {
        var result = Run(Middle, Lower, Settings with { Climb = false, Images = 8 });
        Assert.True(result.IsConverged);
        Assert.True(result.Highest.Energy / AnalyticPotential.MullerBrownUnit < -72.26);
        Assert.Equal(-72.249 - -108.167, result.InterpolatedBarrier / AnalyticPotential.MullerBrownUnit, 0.1);
    }

    [Fact]
    public void Ends_relax_to_the_minima()
    {
        var result = Run((-0.45, 1.3), (0.7, 0.1), Settings);
        AssertAt(result.Images[0], Upper.X, Upper.Y, -146.700);
        AssertAt(result.Images[^1], Lower.X, Lower.Y, -108.167);
        Assert.True(result.InitialLog[^1].Force < Settings.Tolerance);
    }

    [Fact]
    public void Ends_that_are_not_relaxed_stay_where_they_are()
    {
        var result = Run((-0.45, 1.3), (0.7, 0.1), Settings with { RelaxEnds = false });
        var first = Place(result.Images[0]);
        Assert.Equal((-0.45, 1.3), (Math.Round(first.X, 12), Math.Round(first.Y, 12)));
        Assert.Empty(result.InitialLog);
    }

    [Fact]
    public void Images_of_an_improved_tangent_are_evenly_spaced_without_climbing()
    {
        var result = Run(Middle, Lower, Settings with { Climb = false, Tolerance = 1e-5 });
        var links = result.Images.Zip(result.Images.Skip(1), (a, b) => b.Coordinate - a.Coordinate).ToList();
        Assert.All(links, link => Assert.Equal(links.Average(), link, 1e-3));
    }

    [Fact]
    public void Slopes_are_the_derivative_of_the_energy_along_the_band()
    {
        var result = Run(Middle, Lower, Settings with { Images = 40, Climb = false });
        for (var i = 1; i < result.Images.Count - 1; i++)
        {
            var (before, after) = (result.Images[i - 1], result.Images[i + 1]);
            Assert.Equal((after.Energy - before.Energy) / (after.Coordinate - before.Coordinate), result.Images[i].Slope, 0.02);
        }
    }

    private static NebResult Run((double X, double Y) from, (double X, double Y) to, NebSettings settings)
    {
        using var potential = AnalyticPotential.MullerBrown();
        var path = NebPath.Create("surface", At(from), At(to));
        return new NebRunner(potential, settings).Run([path], null, TestContext.Current.CancellationToken).Single().Result;
    }

    private static Structure At((double X, double Y) place) =>
        new(Lattice.FromParameters(Side, Side, Side, 90, 90, 90), [1], [new Vector3D(place.X / Side, place.Y / Side, 0)], "surface");

    private static Vector3D Place(NebImage image) => image.Structure.Lattice.ToCartesian(image.Structure.Fractional[0]);

    private static void AssertAt(NebImage image, double x, double y, double energy)
    {
        var place = Place(image);
        Assert.Equal(x, place.X, 1e-3);
        Assert.Equal(y, place.Y, 1e-3);
        Assert.Equal(energy, image.Energy / AnalyticPotential.MullerBrownUnit, 2e-3);
    }
}
