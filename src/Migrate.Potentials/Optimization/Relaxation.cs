using Migrate.Crystals;
using Migrate.Potentials.Neb;
using static Migrate.Potentials.Optimization.Vectors;

namespace Migrate.Potentials.Optimization;

/// <summary>
/// Relaxation of the atoms of a cell that stays as it is: quasi-Newton with a line search, as ASE's BFGSLineSearch. It asks for evaluations one
/// by one and goes on when they are there, so that many relaxations share the batches of a potential.
/// </summary>
internal sealed class Relaxation(Structure start, double tolerance, int maxSteps, string what)
{
    // Energies are minimized in tenths of eV: the unit matrix is then a good first guess of the inverse Hessian.
    private const double Scale = 10, ShortestDirection = 1e-10;

    private EvaluationRequest? _last;

    /// <summary>Steps, energies (eV) and largest forces (eV/Å) so far.</summary>
    public List<NebStep> Log { get; } = [];

    /// <summary>The relaxed structure.</summary>
    public Structure Result => _last?.Structure ?? start;

    /// <summary>What the potential says of <see cref="Result"/>.</summary>
    public PotentialEvaluation? Evaluation => _last?.Result;

    /// <summary>Whether the largest force fell below the tolerance.</summary>
    public bool IsConverged { get; private set; }

    /// <summary>Runs; every request must have been answered when the enumeration goes on.</summary>
    /// <exception cref="NebException">The potential could not evaluate a structure.</exception>
    public IEnumerable<EvaluationRequest> Run()
    {
        var x = Coordinates.Of(start);
        var request = new EvaluationRequest(start, what);
        yield return request;
        var (e, g) = Read(request);
        var n = x.Length;
        var inverse = Unit(n);
        for (var step = 0; ; step++)
        {
            Log.Add(new NebStep(step, e * Scale, Coordinates.Largest(g) * Scale));
            IsConverged = Log[^1].Force < tolerance;
            if (IsConverged || step == maxSteps)
            {
                yield break;
            }

            double[] direction = [.. Product(inverse, g).Select(d => -d)];
            var length = Norm(direction);
            if (length <= Math.Sqrt(n / 3 * ShortestDirection))
            {
                direction = [.. direction.Select(d => d / (length / Math.Sqrt(n / 3 * ShortestDirection)))];
            }

            if (Dot(g, direction) >= 0)
            {
                throw new NebException($"{what}: the relaxation found no way down at step {step}; energy and forces of the potential do not agree there");
            }

            var longest = Coordinates.Largest(direction);
            var search = new WolfeSearch(
                e, Dot(g, direction),
                change => Math.Abs(change) * longest >= ForceOptimizer.LongestStep ? Math.Sign(change) * ForceOptimizer.LongestStep / longest : change);
            double[] at, gradient;
            double value;
            do
            {
                at = [.. x.Zip(direction, (a, d) => a + (search.Step * d))];
                request = new EvaluationRequest(Coordinates.ToStructure(start, at), what);
                yield return request;
                (value, gradient) = Read(request);
                search.Accept(value, Dot(gradient, direction));
            }
            while (!search.IsDone);

            if (!search.IsStuck && Math.Abs(Dot(gradient, direction)) < Math.Abs(Dot(g, direction)))
            {
                Update(inverse, [.. at.Zip(x, (a, b) => a - b)], [.. gradient.Zip(g, (a, b) => a - b)]);
            }

            (x, e, g) = (at, value, gradient);
        }
    }

    private static double[] Unit(int n)
    {
        var unit = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            unit[(i * n) + i] = 1;
        }

        return unit;
    }

    // H v.
    private static double[] Product(double[] inverse, double[] v)
    {
        var product = new double[v.Length];
        for (var i = 0; i < v.Length; i++)
        {
            product[i] = Dot(inverse.AsSpan(i * v.Length, v.Length), v);
        }

        return product;
    }

    // H ← (1 − ρ s yᵀ) H (1 − ρ y sᵀ) + ρ s sᵀ.
    private static void Update(double[] inverse, double[] s, double[] y)
    {
        var product = Dot(s, y);
        var rho = product == 0 ? 1000 : 1 / product;
        var hy = Product(inverse, y);
        var weight = rho + (rho * rho * Dot(y, hy));
        for (var i = 0; i < s.Length; i++)
        {
            var row = inverse.AsSpan(i * s.Length, s.Length);
            var (ofChange, ofStep) = (-rho * s[i], (weight * s[i]) - (rho * hy[i]));
            for (var j = 0; j < row.Length; j++)
            {
                row[j] += (ofChange * hy[j]) + (ofStep * s[j]);
            }
        }
    }

    // Energy and gradient in units of the scale.
    private (double Energy, double[] Gradient) Read(EvaluationRequest request)
    {
        var found = request.Require();
        _last = request;
        return (found.Energy / Scale, [.. found.Forces.SelectMany(f => new[] { -f.X / Scale, -f.Y / Scale, -f.Z / Scale })]);
    }
}
