using static TorchSharp.torch;

namespace Migrate.Potentials.Optimization;

/// <summary>
/// Quasi-Newton with the Broyden–Fletcher–Goldfarb–Shanno update of a dense Hessian that starts as 70 eV/Å²; steps use the absolute values of its
/// eigenvalues, so that a saddle does not attract. What ASE calls BFGS. Where they are all positive the step needs no eigenvectors, which cost n³ many times over.
/// </summary>
internal sealed class Bfgs : ForceOptimizer
{
    private const double Stiffness = 70, SmallestMove = 1e-7;

    private double[]? _hessian, _positions, _forces;

    /// <inheritdoc/>
    public override double[] Next(double[] positions, double[] forces)
    {
        var n = positions.Length;
        if (_hessian is null)
        {
            _hessian = new double[n * n];
            for (var i = 0; i < n; i++)
            {
                _hessian[(i * n) + i] = Stiffness;
            }
        }
        else
        {
            Update(positions, forces);
        }

        (_positions, _forces) = ([.. positions], [.. forces]);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return Move(positions, Solve(tensor(_hessian, [n, n]), tensor(forces)).data<double>().ToArray());
    }

    // |H|⁻¹ f. A positive definite Hessian has no eigenvalue to turn around: its Cholesky factor gives the same step for a small part of the work.
    private static Tensor Solve(Tensor hessian, Tensor forces)
    {
        var (factor, info) = linalg.cholesky_ex(hessian);
        if (info.item<int>() == 0)
        {
            var half = linalg.solve_triangular(factor, forces.unsqueeze(1), upper: false);
            return linalg.solve_triangular(factor.mT, half, upper: true).squeeze(1).contiguous();
        }

        var (values, vectors) = linalg.eigh(hessian);
        return vectors.mv(vectors.t().mv(forces) / values.abs());
    }

    private void Update(double[] positions, double[] forces)
    {
        var n = positions.Length;
        double[] dx = [.. positions.Zip(_positions!, (a, b) => a - b)];
        if (dx.Max(Math.Abs) < SmallestMove)
        {
            return;
        }

        double[] df = [.. forces.Zip(_forces!, (a, b) => a - b)];
        var a = Dot(dx, df);
        var g = new double[n];
        for (var i = 0; i < n; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < n; j++)
            {
                sum += _hessian![(i * n) + j] * dx[j];
            }

            g[i] = sum;
        }

        var b = Dot(dx, g);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                _hessian![(i * n) + j] -= (df[i] * df[j] / a) + (g[i] * g[j] / b);
            }
        }
    }
}
