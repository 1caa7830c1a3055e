using static Migrate.Potentials.Optimization.Vectors;

namespace Migrate.Potentials.Optimization;

/// <summary>The fast inertial relaxation engine (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006)), with ASE's settings.</summary>
internal sealed class Fire : ForceOptimizer
{
    private const double LargestTime = 1, Faster = 1.1, Slower = 0.5, Mixing = 0.1, LessMixing = 0.99;
    private const int Patience = 5;

    private double[]? _velocity;
    private double _time = 0.1, _mixing = Mixing;
    private int _downhill;

    /// <inheritdoc/>
    public override double[] Next(double[] positions, double[] forces)
    {
        if (_velocity is null)
        {
            _velocity = new double[positions.Length];
        }
        else if (Dot(forces, _velocity) > 0)
        {
            var ratio = Math.Sqrt(Dot(_velocity, _velocity) / Dot(forces, forces));
            for (var i = 0; i < forces.Length; i++)
            {
                _velocity[i] = ((1 - _mixing) * _velocity[i]) + (_mixing * ratio * forces[i]);
            }

            if (_downhill > Patience)
            {
                (_time, _mixing) = (Math.Min(_time * Faster, LargestTime), _mixing * LessMixing);
            }

            _downhill++;
        }
        else
        {
            Array.Clear(_velocity);
            (_mixing, _time, _downhill) = (Mixing, _time * Slower, 0);
        }

        Add(_velocity, _time, forces);

        // The length of the whole step is limited, not that of an atom.
        var length = _time * Norm(_velocity);
        var scale = _time * (length > LongestStep ? LongestStep / length : 1);
        return [.. positions.Zip(_velocity, (x, v) => x + (scale * v))];
    }
}
