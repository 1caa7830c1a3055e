using Migrate.Potentials.Neb;

namespace Migrate.Potentials.Optimization;

/// <summary>A minimizer that needs nothing but forces, one evaluation a step. Forces of a band are no gradient of anything, so energies are not asked for.</summary>
internal abstract class ForceOptimizer
{
    /// <summary>Longest way of one atom in one step, Å.</summary>
    public const double LongestStep = 0.2;

    /// <summary>The next positions.</summary>
    /// <param name="positions">[3 n] Å.</param>
    /// <param name="forces">[3 n] forces there, eV/Å.</param>
    public abstract double[] Next(double[] positions, double[] forces);

    /// <summary>A new one.</summary>
    public static ForceOptimizer Create(NebOptimizer kind) => kind switch
    {
        NebOptimizer.Bfgs => new Bfgs(),
        NebOptimizer.Lbfgs => new Lbfgs(),
        _ => new Fire(),
    };

    /// <summary>positions + step, the whole step scaled down where an atom would move too far.</summary>
    protected static double[] Move(double[] positions, double[] step)
    {
        var longest = 0.0;
        for (var i = 0; i < step.Length; i += 3)
        {
            longest = Math.Max(longest, Math.Sqrt((step[i] * step[i]) + (step[i + 1] * step[i + 1]) + (step[i + 2] * step[i + 2])));
        }

        var scale = longest >= LongestStep ? LongestStep / longest : 1;
        return [.. positions.Zip(step, (x, s) => x + (scale * s))];
    }
}
