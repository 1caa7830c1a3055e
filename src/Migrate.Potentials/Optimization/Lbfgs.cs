using static Migrate.Potentials.Optimization.Vectors;

namespace Migrate.Potentials.Optimization;

/// <summary>Limited-memory BFGS (Nocedal, Math. Comp. 35, 773 (1980)): the last steps instead of a Hessian, at a cost that is linear in the variables.</summary>
internal sealed class Lbfgs : ForceOptimizer
{
    private const double Stiffness = 70;
    private const int Memory = 100;

    private readonly List<(double[] Step, double[] Change, double Inverse)> _pairs = [];
    private double[]? _positions, _forces;

    /// <inheritdoc/>
    public override double[] Next(double[] positions, double[] forces)
    {
        if (_positions is not null)
        {
            double[] s = [.. positions.Zip(_positions, (a, b) => a - b)];
            double[] y = [.. _forces!.Zip(forces, (a, b) => a - b)];
            var product = Dot(s, y);
            // Along negative curvature a pair would turn the direction round.
            if (product > 1e-10)
            {
                _pairs.Add((s, y, 1 / product));
                if (_pairs.Count > Memory)
                {
                    _pairs.RemoveAt(0);
                }
            }
        }

        (_positions, _forces) = ([.. positions], [.. forces]);
        double[] q = [.. forces.Select(f => -f)];
        var weights = new double[_pairs.Count];
        for (var k = _pairs.Count - 1; k >= 0; k--)
        {
            weights[k] = _pairs[k].Inverse * Dot(_pairs[k].Step, q);
            Add(q, -weights[k], _pairs[k].Change);
        }

        for (var i = 0; i < q.Length; i++)
        {
            q[i] /= Stiffness;
        }

        for (var k = 0; k < _pairs.Count; k++)
        {
            Add(q, weights[k] - (_pairs[k].Inverse * Dot(_pairs[k].Change, q)), _pairs[k].Step);
        }

        return Move(positions, [.. q.Select(x => -x)]);
    }
}
