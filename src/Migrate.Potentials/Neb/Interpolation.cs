using Migrate.Crystals;
using Migrate.Potentials.Optimization;

namespace Migrate.Potentials.Neb;

/// <summary>First guesses of a band.</summary>
internal static class Interpolation
{
    private const double IdppTolerance = 0.1;
    private const int IdppSteps = 100;

    /// <summary>A band between two configurations.</summary>
    /// <param name="initial">[3 n] Å.</param>
    /// <param name="final">[3 n] Å.</param>
    /// <param name="lattice">Lattice, for tangents.</param>
    /// <param name="settings">Number of images, kind, springs.</param>
    /// <returns>[images + 2][3 n], ends included.</returns>
    /// <exception cref="NebException">Two atoms meet on the way.</exception>
    public static double[][] Create(double[] initial, double[] final, Lattice lattice, NebSettings settings)
    {
        var last = settings.Images + 1;
        double[][] images =
        [
            .. Enumerable.Range(0, last + 1).Select(i => i == last ? [.. final] : initial.Zip(final, (a, b) => a + ((double)i / last * (b - a))).ToArray()),
        ];
        if (settings.Interpolation == NebInterpolation.Idpp)
        {
            Relax(images, lattice, settings);
        }

        return images;
    }

    // The band of the image-dependent pair potential, with the springs of the band that it is a guess of.
    private static void Relax(double[][] images, Lattice lattice, NebSettings settings)
    {
        var (last, n) = (images.Length - 1, images[0].Length);
        var (from, to) = (Distances(images[0]), Distances(images[last]));
        double[][] targets = [.. Enumerable.Range(0, last + 1).Select(i => from.Zip(to, (a, b) => a + ((double)i / last * (b - a))).ToArray())];
        var springs = settings with { Climb = false };
        var optimizer = new QuickMin();
        for (var step = 0; ; step++)
        {
            var (energies, forces) = (new double[last + 1], new double[last + 1][]);
            for (var i = 0; i <= last; i++)
            {
                (energies[i], forces[i]) = Pairs(images[i], targets[i], i);
            }

            var band = BandForces.Compute(images, energies, forces, lattice, springs);
            if (step == IdppSteps || Coordinates.Largest(band) < IdppTolerance)
            {
                return;
            }

            var next = optimizer.Next([.. images[1..last].SelectMany(x => x)], band);
            for (var i = 1; i < last; i++)
            {
                images[i] = next[((i - 1) * n)..(i * n)];
            }
        }
    }

    // [n (n − 1) / 2] distances inside of the cell, without periodic images.
    private static double[] Distances(double[] x)
    {
        var n = x.Length / 3;
        var d = new double[n * (n - 1) / 2];
        for (int i = 0, k = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++, k++)
            {
                d[k] = (Coordinates.At(x, j) - Coordinates.At(x, i)).Length;
            }
        }

        return d;
    }

    // Σ (d − t)² / d⁴ over pairs, and its forces.
    private static (double Energy, double[] Forces) Pairs(double[] x, double[] targets, int image)
    {
        var n = x.Length / 3;
        var (energy, forces) = (0.0, new double[x.Length]);
        for (int i = 0, k = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++, k++)
            {
                var v = Coordinates.At(x, j) - Coordinates.At(x, i);
                var d = v.Length;
                if (d < 1e-3)
                {
                    throw new NebException($"image {image + 1}: sites {i + 1} and {j + 1} meet on the way; give end points whose atoms do not pass through each other");
                }

                var off = d - targets[k];
                energy += off * off / Math.Pow(d, 4);
                var f = v * (-2 * off * (1 - (2 * off / d)) / Math.Pow(d, 5));
                for (var a = 0; a < 3; a++)
                {
                    forces[(3 * j) + a] += f[a];
                    forces[(3 * i) + a] -= f[a];
                }
            }
        }

        return (energy, forces);
    }
}
