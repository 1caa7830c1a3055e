using Migrate.Potentials.Optimization;

namespace Migrate.Potentials.Neb;

/// <summary>One path on its way from two configurations to a band, as a sequence of evaluations that it waits for.</summary>
internal sealed class BandRun(NebPath path, NebSettings settings)
{
    // No atom further apart than this after relaxation, Å.
    private const double SameConfiguration = 0.05;

    private readonly List<NebStep> _log = [];
    private Relaxation? _initial, _final;
    private double[][] _images = [];
    private double[] _energies = [];
    private double[][] _forces = [];
    private bool _converged;

    /// <summary>Configurations that were evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Runs; the requests of a round must have been answered when the enumeration goes on.</summary>
    /// <exception cref="NebException">The path cannot go on.</exception>
    public IEnumerable<IReadOnlyList<EvaluationRequest>> Run()
    {
        var ends = (path.Initial, path.Final);
        PotentialEvaluation first, last;
        if (settings.RelaxEnds)
        {
            _initial = new Relaxation(path.Initial, settings.Tolerance, settings.MaxSteps, "initial configuration");
            _final = new Relaxation(path.Final, settings.Tolerance, settings.MaxSteps, "final configuration");
            foreach (var round in Together(_initial.Run(), _final.Run()))
            {
                Evaluations += round.Count;
                yield return round;
            }

            ends = (_initial.Result, _final.Result);
            (first, last) = (_initial.Evaluation!, _final.Evaluation!);
        }
        else
        {
            EvaluationRequest[] both = [new(path.Initial, "initial configuration"), new(path.Final, "final configuration")];
            Evaluations += 2;
            yield return both;
            (first, last) = (both[0].Require(), both[1].Require());
        }

        if (Coordinates.Largest([.. Coordinates.Of(ends.Item2).Zip(Coordinates.Of(ends.Item1), (a, b) => a - b)]) < SameConfiguration)
        {
            throw new NebException("both ends relax to the same configuration; there is no barrier between them");
        }

        _images = Interpolation.Create(Coordinates.Of(ends.Item1), Coordinates.Of(ends.Item2), path.Initial.Lattice, settings);
        var inner = settings.Images;
        _energies = new double[inner + 2];
        _forces = new double[inner + 2][];
        (_energies[0], _forces[0], _energies[^1], _forces[^1]) = (first.Energy, Flat(first), last.Energy, Flat(last));
        var optimizer = ForceOptimizer.Create(settings.Optimizer);
        for (var step = 0; ; step++)
        {
            EvaluationRequest[] round =
                [.. Enumerable.Range(1, inner).Select(i => new EvaluationRequest(Coordinates.ToStructure(path.Initial, _images[i]), $"image {i + 1} of {inner + 2}, step {step}"))];
            Evaluations += inner;
            yield return round;
            for (var i = 1; i <= inner; i++)
            {
                var found = round[i - 1].Require();
                (_energies[i], _forces[i]) = (found.Energy, Flat(found));
                if (Coordinates.Largest(_forces[i]) is var force && force > settings.LargestForce)
                {
                    throw new NebException(FormattableString.Invariant(
                        $"image {i + 1} of {inner + 2}, step {step}: a force of {force:g3} eV/Å; atoms are where the potential has no meaning (limit {settings.LargestForce:g3} eV/Å)"));
                }
            }

            var band = BandForces.Compute(_images, _energies, _forces, path.Initial.Lattice, settings);
            _log.Add(new NebStep(step, _energies[1..^1].Max(), Coordinates.Largest(band)));
            _converged = _log[^1].Force < settings.Tolerance;
            if (_converged || step == settings.MaxSteps)
            {
                break;
            }

            var next = optimizer.Next([.. _images[1..^1].SelectMany(x => x)], band);
            var n = _images[0].Length;
            for (var i = 1; i <= inner; i++)
            {
                _images[i] = next[((i - 1) * n)..(i * n)];
            }
        }

        RequireOrder();
    }

    /// <summary>What came of it.</summary>
    /// <param name="error">Why it stopped early, or null.</param>
    public NebResult Result(string? error)
    {
        var images = error is null ? Images() : [];
        return new NebResult
        {
            Path = path,
            Images = images,
            Error = error,
            IsConverged = error is null && _converged && _initial is null or { IsConverged: true } && _final is null or { IsConverged: true },
            InitialLog = _initial?.Log ?? [],
            FinalLog = _final?.Log ?? [],
            BandLog = _log,
            Evaluations = Evaluations,
        };
    }

    private static double[] Flat(PotentialEvaluation evaluation) => [.. evaluation.Forces.SelectMany(f => new[] { f.X, f.Y, f.Z })];

    // Two sequences at the same time, one round of both after another.
    private static IEnumerable<IReadOnlyList<EvaluationRequest>> Together(params IEnumerable<EvaluationRequest>[] sequences)
    {
        var alive = sequences.Select(s => s.GetEnumerator()).ToList();
        try
        {
            while (true)
            {
                for (var k = alive.Count - 1; k >= 0; k--)
                {
                    if (!alive[k].MoveNext())
                    {
                        alive[k].Dispose();
                        alive.RemoveAt(k);
                    }
                }

                if (alive.Count == 0)
                {
                    yield break;
                }

                yield return [.. alive.Select(e => e.Current)];
            }
        }
        finally
        {
            alive.ForEach(e => e.Dispose());
        }
    }

    // A band that folds back on itself says nothing of the hop.
    private void RequireOrder()
    {
        for (var i = 1; i + 1 < _images.Length; i++)
        {
            var before = Coordinates.Displacement(path.Initial.Lattice, _images[i - 1], _images[i]);
            var after = Coordinates.Displacement(path.Initial.Lattice, _images[i], _images[i + 1]);
            if (before.Zip(after, (a, b) => a * b).Sum() <= 0)
            {
                throw new NebException($"images {i} to {i + 2} have crossed: the band folds back on itself; take fewer images or stronger springs");
            }
        }
    }

    private NebImage[] Images()
    {
        var lattice = path.Initial.Lattice;
        var links = Enumerable.Range(0, _images.Length - 1).Select(i => Coordinates.Displacement(lattice, _images[i], _images[i + 1])).ToArray();
        var images = new NebImage[_images.Length];
        var coordinate = 0.0;
        for (var i = 0; i < images.Length; i++)
        {
            var (before, after) = (links[Math.Max(0, i - 1)], links[Math.Min(i, links.Length - 1)]);
            var (lengthBefore, lengthAfter) = (Vectors.Norm(before), Vectors.Norm(after));
            double[] tangent = [.. before.Zip(after, (b, a) => (b / lengthBefore) + (a / lengthAfter))];
            var slope = -_forces[i].Zip(tangent, (f, t) => f * t).Sum() / Vectors.Norm(tangent);
            coordinate += i == 0 ? 0 : lengthBefore;
            images[i] = new NebImage(
                Coordinates.ToStructure(path.Initial, _images[i]), _energies[i],
                [.. Enumerable.Range(0, _forces[i].Length / 3).Select(a => Coordinates.At(_forces[i], a))], coordinate, slope);
        }

        return images;
    }
}
