using Migrate.Crystals;
using Migrate.Potentials.Neb;
using Migrate.Potentials.Optimization;

namespace Migrate.Potentials.Tests;

/// <summary>A hop whose saddle point is known by symmetry: halfway, where the forces on a symmetric surrounding keep it symmetric.</summary>
public class VacancyHopTests
{
    private static readonly NebSettings Settings = new() { Images = 3, Tolerance = 0.002 };

    [Theory]
    [InlineData(NebMethod.FullSpring, true, NebOptimizer.Bfgs)]
    [InlineData(NebMethod.ImprovedTangent, true, NebOptimizer.Bfgs)]
    [InlineData(NebMethod.ImprovedTangent, true, NebOptimizer.Lbfgs)]
    [InlineData(NebMethod.ImprovedTangent, false, NebOptimizer.Fire)]
    public void Barrier_is_that_of_the_symmetric_saddle(NebMethod method, bool climb, NebOptimizer optimizer)
    {
        using var argon = VacancyHop.Argon();
        var result = Run(argon, VacancyHop.Path(), Settings with { Method = method, Climb = climb, Optimizer = optimizer });
        Assert.True(result.IsConverged);
        var expected = Relaxed(argon, 0.5) - Relaxed(argon, 0);
        Assert.InRange(expected, 0.05, 0.2);
        Assert.Equal(expected, result.Barrier, 3e-4);
        Assert.Same(result.Images[2], result.Highest);
        Assert.Equal(result.Images[0].Energy, result.Images[4].Energy, 1e-4);
    }

    [Fact]
    public void Full_springs_without_climbing_cut_the_corner()
    {
        using var argon = VacancyHop.Argon();
        var cut = Run(argon, VacancyHop.Path(), Settings).Barrier - Run(argon, VacancyHop.Path(), Settings with { Climb = true }).Barrier;
        Assert.InRange(cut, 1e-3, 1e-2);
    }

    [Fact]
    public void Wrapped_files_give_the_same_band()
    {
        using var argon = VacancyHop.Argon();
        var path = VacancyHop.Path();
        var wrapped = new Structure(path.Final.Lattice, path.Final.AtomicNumbers, [.. path.Final.Fractional.ToArray().Select(f => f.Map(x => x < 0.25 ? x + 1 : x))], "wrapped");
        var (straight, unwrapped) = (Run(argon, path, Settings), Run(argon, NebPath.Create("hop", path.Initial, wrapped), Settings));
        Assert.Equal(straight.Barrier, unwrapped.Barrier, 1e-9);
    }

    [Fact]
    public void Forces_of_the_potential_are_kept_with_every_image()
    {
        using var argon = VacancyHop.Argon();
        var result = Run(argon, VacancyHop.Path(), Settings);
        var again = argon.Evaluate([.. result.Images.Select(i => i.Structure)]);
        for (var i = 0; i < again.Count; i++)
        {
            Assert.Equal(again[i].Energy, result.Images[i].Energy, 1e-10);
            Assert.All(again[i].Forces.Zip(result.Images[i].Forces), f => Assert.True((f.First - f.Second).Length < 1e-9));
        }
    }

    private static NebResult Run(IPotential potential, NebPath path, NebSettings settings) =>
        new NebRunner(potential, settings).Run([path], null, TestContext.Current.CancellationToken).Single().Result;

    // Newton's third law and symmetry keep the ion halfway; relaxing then ends at the saddle.
    private static double Relaxed(LennardJones potential, double share)
    {
        var relaxation = new Relaxation(VacancyHop.At(new Vector3D(1, 1, 0), share), 1e-3, 200, "test");
        foreach (var request in relaxation.Run())
        {
            request.Result = potential.Evaluate([request.Structure])[0];
        }

        Assert.True(relaxation.IsConverged);
        return relaxation.Evaluation!.Energy;
    }
}
