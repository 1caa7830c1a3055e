using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Electrostatic potentials of point charges in a periodic crystal (Ewald, Ann. Phys. 369, 253 (1921)); a uniform background neutralizes what is
/// charged. Relative error about 1e-9.
/// </summary>
internal static class EwaldSum
{
    /// <summary>e² / 4πε₀, eV Å.</summary>
    public const double Coulomb = 14.399645;

    // erfc(p) and exp(-p²) are the relative errors of the two sums.
    private const double Accuracy = 4.6;

    // Nearer charges count as being this far apart, Å: an image may run through an atom.
    private const double Shortest = 0.3;

    /// <summary>[n_atoms] potential at each site of all other charges, V.</summary>
    /// <param name="structure">The sites.</param>
    /// <param name="charges">[n_atoms] e.</param>
    public static double[] Potentials(Structure structure, double[] charges)
    {
        var (n, volume) = (structure.Count, structure.Lattice.Volume);
        if (charges.All(q => q == 0))
        {
            return new double[n];
        }

        // Splits the work evenly between the two sums.
        var alpha = Math.Sqrt(Math.PI) * Math.Pow(n / (volume * volume), 1.0 / 6);
        var potentials = new double[n];
        var background = Math.PI / (alpha * alpha * volume) * charges.Sum();
        for (var i = 0; i < n; i++)
        {
            potentials[i] = -(2 * alpha / Math.Sqrt(Math.PI) * charges[i]) - background;
        }

        AddNear(structure, charges, alpha, potentials);
        AddFar(structure, charges, alpha, potentials);
        return [.. potentials.Select(v => Coulomb * v)];
    }

    private static void AddNear(Structure structure, double[] charges, double alpha, double[] potentials)
    {
        var near = new CpuGraphKernels().FindNeighbors(structure, Accuracy / alpha);
        for (var k = 0; k < near.Count; k++)
        {
            var distance = Math.Max(Shortest, near.Distance[k]);
            potentials[near.Source[k]] += charges[near.Target[k]] * Erfc(alpha * distance) / distance;
        }
    }

    private static void AddFar(Structure structure, double[] charges, double alpha, double[] potentials)
    {
        var (lattice, n) = (structure.Lattice, structure.Count);
        var longest = 2 * Accuracy * alpha / (2 * Math.PI);
        // |h| ≤ |k| · |a| / 2π for the components of every reciprocal vector.
        var (ha, hb, hc) = ((int)(longest * lattice.A.Length), (int)(longest * lattice.B.Length), (int)(longest * lattice.C.Length));
        var (sine, cosine) = (new double[n], new double[n]);
        for (var h = 0; h <= ha; h++)
        {
            for (var k = h == 0 ? 0 : -hb; k <= hb; k++)
            {
                for (var l = h == 0 && k == 0 ? 1 : -hc; l <= hc; l++)
                {
                    var wave = 2 * Math.PI * lattice.Reciprocal(h, k, l).Length;
                    if (wave > 2 * Accuracy * alpha)
                    {
                        continue;
                    }

                    var (sumCosine, sumSine) = (0.0, 0.0);
                    for (var i = 0; i < n; i++)
                    {
                        var f = structure.Fractional[i];
                        (sine[i], cosine[i]) = Math.SinCos(2 * Math.PI * ((h * f.X) + (k * f.Y) + (l * f.Z)));
                        sumCosine += charges[i] * cosine[i];
                        sumSine += charges[i] * sine[i];
                    }

                    // Each vector stands for its opposite, too.
                    var weight = 8 * Math.PI / lattice.Volume * Math.Exp(-wave * wave / (4 * alpha * alpha)) / (wave * wave);
                    for (var i = 0; i < n; i++)
                    {
                        potentials[i] += weight * ((sumCosine * cosine[i]) + (sumSine * sine[i]));
                    }
                }
            }
        }
    }

    // Complementary error function by its continued fraction or series (Abramowitz and Stegun 7.1.6, 7.1.14).
    internal static double Erfc(double x)
    {
        if (x < 2.5)
        {
            var (term, sum) = (x, x);
            for (var n = 1; Math.Abs(term) > 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        var fraction = 0.0;
        for (var n = 60; n >= 1; n--)
        {
            fraction = n / 2.0 / (x + fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * (x + fraction));
    }
}
