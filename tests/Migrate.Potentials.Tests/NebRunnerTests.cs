using Migrate.Crystals;
using Migrate.Potentials.Neb;

namespace Migrate.Potentials.Tests;

/// <summary>Many bands at once: batches, failures of single paths, runs that are stopped.</summary>
public class NebRunnerTests
{
    private static readonly NebSettings Settings = new() { Images = 3, Tolerance = 0.01 };

    private static NebPath[] Hops => [VacancyHop.Path("a"), VacancyHop.Path("b", 1, -1, 0), VacancyHop.Path("c", 0, 1, 1), Displaced("d")];

    [Theory, InlineData(1, 32), InlineData(3, 32), InlineData(int.MaxValue, 2)]
    public void Bands_do_not_depend_on_their_company(int batch, int together)
    {
        using var argon = VacancyHop.Argon();
        var expected = Hops.Select(hop => Run(argon, Settings, hop)[0]).ToList();
        var runner = new NebRunner(argon, Settings) { Batch = batch, Together = together };
        var results = runner.Run(Hops, null, TestContext.Current.CancellationToken).OrderBy(r => r.Index).ToList();
        Assert.Equal(Hops.Length, results.Count);
        foreach (var (index, result) in results)
        {
            Assert.Equal(expected[index].BandLog.Count, result.BandLog.Count);
            Assert.Equal(expected[index].Barrier, result.Barrier, 1e-10);
        }
    }

    [Fact]
    public void Images_of_all_paths_are_one_call_and_nothing_is_evaluated_twice()
    {
        using var argon = VacancyHop.Argon();
        using var counted = new StoppedPotential(argon, int.MaxValue);
        var results = Run(counted, Settings with { RelaxEnds = false }, Hops);
        Assert.Equal(2 * Hops.Length, counted.Calls[0]);
        Assert.Equal(3 * Hops.Length, counted.Calls[1]);
        Assert.Equal(results.Sum(r => r.Evaluations), counted.Calls.Sum());
        Assert.Equal(results.Max(r => r.BandLog.Count) + 1, counted.Calls.Count);
        Assert.All(results, r => Assert.Equal(2 + (3 * r.BandLog.Count), r.Evaluations));
    }

    [Theory, InlineData(NebOptimizer.Bfgs), InlineData(NebOptimizer.Lbfgs), InlineData(NebOptimizer.Fire)]
    public void A_run_that_was_stopped_goes_on_to_the_same_numbers(NebOptimizer optimizer)
    {
        var settings = Settings with { Optimizer = optimizer };
        var folder = Directory.CreateTempSubdirectory("migrate-neb-").FullName;
        try
        {
            using var argon = VacancyHop.Argon();
            var expected = Run(argon, settings, Displaced("d"))[0];
            using var stopped = new StoppedPotential(argon, 5);
            Assert.Throws<OperationCanceledException>(() => Run(stopped, settings, folder, Displaced("d")));
            using var rest = new StoppedPotential(argon, int.MaxValue);
            var result = Run(rest, settings, folder, Displaced("d"))[0];
            Assert.Equal(expected.Barrier, result.Barrier, 0.0);
            Assert.Equal(expected.BandLog, result.BandLog);
            Assert.Equal(expected.InitialLog, result.InitialLog);
            Assert.Equal(expected.Evaluations, rest.Calls.Sum() + stopped.Calls.Sum());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_path_that_fails_leaves_the_others_alone()
    {
        using var argon = VacancyHop.Argon();
        using var choosy = new ChoosyPotential(argon, refused: 36);
        var hop = VacancyHop.Path("krypton");
        byte[] numbers = hop.Initial.AtomicNumbers.ToArray();
        numbers[3] = 36;
        var krypton = NebPath.Create("krypton", With(hop.Initial, numbers), With(hop.Final, numbers));
        var results = Run(choosy, Settings, VacancyHop.Path("a"), krypton, VacancyHop.Path("b"));
        Assert.Null(results[0].Error);
        Assert.Null(results[2].Error);
        Assert.Contains("Kr", results[1].Error!, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', results[1].Error!);
        Assert.Empty(results[1].Images);
        Assert.False(results[1].IsConverged);
    }

    [Fact]
    public void Exploding_forces_are_an_error_of_the_path()
    {
        using var argon = VacancyHop.Argon();
        var hop = VacancyHop.Path("hop");
        Vector3D[] close = [.. hop.Final.Fractional];
        close[1] = close[2] + new Vector3D(0.05, 0, 0);
        var result = Run(argon, Settings with { RelaxEnds = false, Interpolation = NebInterpolation.Linear }, NebPath.Create("hop", hop.Initial, Moved(hop.Final, close)))[0];
        Assert.NotNull(result.Error);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Theory, InlineData(NebInterpolation.Linear), InlineData(NebInterpolation.Idpp)]
    public void Atoms_that_pass_through_each_other_are_an_error_of_the_path(NebInterpolation interpolation)
    {
        using var argon = VacancyHop.Argon();
        var hop = VacancyHop.Path("exchange");
        Vector3D[] exchanged = [.. hop.Initial.Fractional];
        (exchanged[4], exchanged[5]) = (exchanged[5], exchanged[4]);
        var path = NebPath.Create("exchange", hop.Initial, Moved(hop.Initial, exchanged), nearestImages: false);
        var result = Run(argon, Settings with { Images = 3, RelaxEnds = false, Interpolation = interpolation }, path)[0];
        Assert.NotNull(result.Error);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Fact]
    public void Ends_that_relax_to_one_configuration_are_an_error_of_the_path()
    {
        using var argon = VacancyHop.Argon();
        var initial = VacancyHop.At(new Vector3D(1, 1, 0), 0);
        var result = Run(argon, Settings with { Tolerance = 1e-4 }, NebPath.Create("nothing", initial, VacancyHop.At(new Vector3D(1, 1, 0), 0.05)))[0];
        Assert.Contains("same configuration", result.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_steps_are_reported_not_thrown()
    {
        using var argon = VacancyHop.Argon();
        var result = Run(argon, Settings with { MaxSteps = 2, Tolerance = 1e-6 }, Displaced("d"))[0];
        Assert.Null(result.Error);
        Assert.False(result.IsConverged);
        Assert.Equal(5, result.Images.Count);
        Assert.Equal(2, result.BandLog[^1].Step);
    }

    [Fact]
    public void Configurations_that_make_no_path_are_refused_in_one_line()
    {
        var path = VacancyHop.Path();
        var (initial, final) = (path.Initial, path.Final);
        byte[] numbers = [.. initial.AtomicNumbers];
        numbers[7] = 36;
        var longer = new Structure(Lattice.FromParameters(11, 10.52, 10.52, 90, 90, 90), initial.AtomicNumbers, final.Fractional);
        var fewer = new Structure(final.Lattice, final.AtomicNumbers[1..], final.Fractional[1..]);
        AssertRefused("same", initial, initial);
        AssertRefused("site 8", initial, With(final, numbers));
        AssertRefused("lattice", initial, longer);
        AssertRefused("31", initial, fewer);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        using var argon = VacancyHop.Argon();
        foreach (var settings in new[] { Settings with { Images = 0 }, Settings with { Spring = -1 }, Settings with { Tolerance = 0 }, Settings with { MaxSteps = -1 } })
        {
            Assert.Throws<ArgumentException>(() => Run(argon, settings, VacancyHop.Path()));
        }
    }

    private static void AssertRefused(string word, Structure initial, Structure final)
    {
        var error = Assert.Throws<InvalidInputException>(() => NebPath.Create("p", initial, final));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static List<NebResult> Run(IPotential potential, NebSettings settings, params NebPath[] paths) => Run(potential, settings, null, paths);

    private static List<NebResult> Run(IPotential potential, NebSettings settings, string? journals, params NebPath[] paths) =>
        [.. new NebRunner(potential, settings).Run(paths, journals, TestContext.Current.CancellationToken).OrderBy(r => r.Index).Select(r => r.Result)];

    // A hop without symmetry, so that ends and band take several steps.
    private static NebPath Displaced(string name)
    {
        var path = VacancyHop.Path(name);
        var random = new Random(7);
        Vector3D Shift(Vector3D f) => f + (0.004 * new Vector3D(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5));
        return NebPath.Create(name, Moved(path.Initial, [.. path.Initial.Fractional.ToArray().Select(Shift)]), Moved(path.Final, [.. path.Final.Fractional.ToArray().Select(Shift)]));
    }

    private static Structure Moved(Structure like, Vector3D[] fractional) => new(like.Lattice, like.AtomicNumbers, fractional, like.Name);

    private static Structure With(Structure like, byte[] numbers) => new(like.Lattice, numbers, like.Fractional, like.Name);

    // Counts, and after some calls behaves as a run that is stopped.
    private sealed class StoppedPotential(IPotential inner, int most) : IPotential
    {
        public List<int> Calls { get; } = [];

        public string Name => inner.Name;

        public double Cutoff => inner.Cutoff;

        public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces)
        {
            if (Calls.Count == most)
            {
                throw new OperationCanceledException();
            }

            Calls.Add(structures.Count);
            return inner.Evaluate(structures, outputs);
        }

        public void Dispose()
        {
        }
    }

    private sealed class ChoosyPotential(IPotential inner, byte refused) : IPotential
    {
        public string Name => inner.Name;

        public double Cutoff => inner.Cutoff;

        public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces) =>
            [.. structures.Select(s => s.AtomicNumbers.Contains(refused) ? PotentialEvaluation.Failed($"{Element.FromAtomicNumber(refused)} is unknown") : inner.Evaluate([s], outputs)[0])];

        public void Dispose()
        {
        }
    }
}
