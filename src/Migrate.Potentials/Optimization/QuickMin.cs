using static Migrate.Potentials.Optimization.Vectors;

namespace Migrate.Potentials.Optimization;

/// <summary>Molecular dynamics that stops whatever moves uphill (ASE's MDMin). Steps are not limited.</summary>
internal sealed class QuickMin : ForceOptimizer
{
    private const double Time = 0.2;

    private double[]? _velocity;

    /// <inheritdoc/>
    public override double[] Next(double[] positions, double[] forces)
    {
        if (_velocity is null)
        {
            _velocity = new double[positions.Length];
        }
        else
        {
            Push(forces);
            var along = Dot(forces, _velocity);
            var scale = along < 0 ? 0 : along / Dot(forces, forces);
            for (var i = 0; i < forces.Length; i++)
            {
                _velocity[i] = scale * forces[i];
            }
        }

        Push(forces);
        return [.. positions.Zip(_velocity, (x, v) => x + (Time * v))];
    }

    private void Push(double[] forces)
    {
        Add(_velocity, 0.5 * Time, forces);
    }
}
