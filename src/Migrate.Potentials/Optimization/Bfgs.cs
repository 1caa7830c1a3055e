using static TorchSharp.torch;

namespace Migrate.Potentials.Optimization;

/// <summary>
/// Quasi-Newton with the Broyden–Fletcher–Goldfarb–Shanno update of a dense Hessian that starts as 70 eV/Å²; steps use the absolute values of its
/// eigenvalues, so that a saddle does not attract. What ASE calls BFGS. The eigenvectors cost n³: for some 1,500 variables as much as a potential.
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
        var (values, vectors) = linalg.eigh(tensor(_hessian, [n, n]));
        var f = tensor(forces);
        var step = vectors.mv(vectors.t().mv(f) / values.abs());
        return Move(positions, step.data<double>().ToArray());
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
