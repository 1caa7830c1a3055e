using Migrate.Crystals;

namespace Migrate.Potentials.Tests;

/// <summary>A potential that is a formula of Cartesian coordinates, for tests: energy and forces of one configuration.</summary>
internal sealed class AnalyticPotential(Func<Vector3D[], (double Energy, Vector3D[] Forces)> formula) : IPotential
{
    public string Name => "analytic";

    public double Cutoff => 1;

    /// <summary>Configurations of each call so far.</summary>
    public List<int> Calls { get; } = [];

    /// <summary>
    /// The surface of Müller and Brown (Theor. Chim. Acta 53, 75, 1979) for the first atom, in hundredths of its units so that an
    /// optimizer meant for eV and Å is at home, with a valley along z.
    /// </summary>
    public static AnalyticPotential MullerBrown() => new(x =>
    {
        double[] height = [-200, -100, -170, 15], a = [-1, -1, -6.5, 0.7], b = [0, 0, 11, 0.6], c = [-10, -10, -6.5, 0.7], x0 = [1, 0, -0.5, -1], y0 = [0, 0.5, 1.5, 1];
        var (energy, force) = (5 * x[0].Z * x[0].Z, new Vector3D(0, 0, -10 * x[0].Z));
        for (var k = 0; k < 4; k++)
        {
            var (dx, dy) = (x[0].X - x0[k], x[0].Y - y0[k]);
            var term = MullerBrownUnit * height[k] * Math.Exp((a[k] * dx * dx) + (b[k] * dx * dy) + (c[k] * dy * dy));
            energy += term;
            force -= term * new Vector3D((2 * a[k] * dx) + (b[k] * dy), (b[k] * dx) + (2 * c[k] * dy), 0);
        }

        return (energy, [force, .. new Vector3D[x.Length - 1]]);
    });

    /// <summary>One unit of the surface's energy, eV.</summary>
    public const double MullerBrownUnit = 0.01;

    public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces)
    {
        Calls.Add(structures.Count);
        return [.. structures.Select(s =>
        {
            var (energy, forces) = formula([.. s.Fractional.ToArray().Select(s.Lattice.ToCartesian)]);
            return new PotentialEvaluation { Energy = energy, Forces = forces };
        })];
    }

    public void Dispose()
    {
    }
}
