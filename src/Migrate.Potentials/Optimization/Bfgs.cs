namespace Migrate.Potentials.Optimization;

/// <summary>
/// Quasi-Newton with the Broyden–Fletcher–Goldfarb–Shanno update of a Hessian that starts as 70 eV/Å²; steps use the absolute values of its
/// eigenvalues, so that a saddle does not attract. What ASE calls BFGS, see <see cref="GrowingHessian"/> for what it costs.
/// </summary>
internal sealed class Bfgs : ForceOptimizer
{
    private const double Stiffness = 70, SmallestMove = 1e-7;

    private GrowingHessian? _hessian;
    private double[]? _positions, _forces;

    /// <inheritdoc/>
    public override double[] Next(double[] positions, double[] forces)
    {
        _hessian ??= new(positions.Length, Stiffness);
        if (_positions is not null)
        {
            double[] dx = [.. positions.Zip(_positions, (a, b) => a - b)];
            if (dx.Max(Math.Abs) >= SmallestMove)
            {
                _hessian.Update(dx, [.. _forces!.Zip(forces, (a, b) => a - b)]);
            }
        }

        (_positions, _forces) = ([.. positions], [.. forces]);
        return Move(positions, _hessian.SolveAbsolute(forces));
    }
}
