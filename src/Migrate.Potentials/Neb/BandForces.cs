using Migrate.Crystals;
using Migrate.Potentials.Optimization;

namespace Migrate.Potentials.Neb;

/// <summary>Forces of a nudged elastic band: the potential's across the band, the springs' along it.</summary>
internal static class BandForces
{
    /// <summary>Forces on the inner images, one after another.</summary>
    /// <param name="images">[images][3 n] positions, ends included.</param>
    /// <param name="energies">[images] eV; of the ends only where the method or climbing looks at them.</param>
    /// <param name="forces">[images][3 n] forces of the potential on inner images; those of the ends are not looked at.</param>
    /// <param name="lattice">Lattice for periodic images.</param>
    /// <param name="settings">Method, spring constant, climbing.</param>
    /// <returns>[inner images × 3 n] eV/Å.</returns>
    public static double[] Compute(
        IReadOnlyList<double[]> images, IReadOnlyList<double> energies, IReadOnlyList<double[]> forces, Lattice lattice, NebSettings settings)
    {
        var (last, n) = (images.Count - 1, images[0].Length);
        var steps = Enumerable.Range(0, last).Select(i => Coordinates.Displacement(lattice, images[i], images[i + 1])).ToArray();
        var lengths = steps.Select(step => Vectors.Norm(step)).ToArray();
        // The length that every link would have on the straight line; no periodic images here.
        var natural = Vectors.Norm([.. images[last].Zip(images[0], (a, b) => a - b)]) / last;
        var top = 1;
        for (var i = 2; i < last; i++)
        {
            top = energies[i] > energies[top] ? i : top;
        }

        var result = new double[(last - 1) * n];
        for (var i = 1; i < last; i++)
        {
            var (before, after) = (steps[i - 1], steps[i]);
            var tangent = settings.Method == NebMethod.FullSpring
                ? Bisector(before, lengths[i - 1], after, lengths[i])
                : Improved(before, after, energies[i - 1], energies[i], energies[i + 1]);
            var along = forces[i].Zip(tangent, (f, t) => f * t).Sum();
            var to = result.AsSpan((i - 1) * n, n);
            var climbing = settings.Climb && i == top;
            for (var k = 0; k < n; k++)
            {
                to[k] = forces[i][k] - ((climbing ? 2 : 1) * along * tangent[k]);
            }

            if (climbing)
            {
                continue;
            }

            if (settings.Method == NebMethod.ImprovedTangent)
            {
                var pull = settings.Spring * (lengths[i] - lengths[i - 1]);
                for (var k = 0; k < n; k++)
                {
                    to[k] += pull * tangent[k];
                }

                continue;
            }

            // Beside a climbing image the springs are weaker where the band is flat.
            var spring = settings.Spring * (settings.Climb && Math.Abs(i - top) == 1 ? Weight(energies[i - 1], energies[i], energies[i + 1]) : 1);
            var (back, forth) = (spring * (lengths[i - 1] - natural) / lengths[i - 1], spring * (lengths[i] - natural) / lengths[i]);
            for (var k = 0; k < n; k++)
            {
                to[k] += (forth * after[k]) - (back * before[k]);
            }
        }

        return result;
    }

    private static double Weight(double before, double here, double after)
    {
        var (a, b) = (Math.Abs(after - here), Math.Abs(before - here));
        return Math.Max(a, b) == 0 ? 1 : Math.Min(a, b) / Math.Max(a, b);
    }

    private static double[] Bisector(double[] before, double lengthBefore, double[] after, double lengthAfter) =>
        Unit([.. before.Zip(after, (b, a) => (b / lengthBefore) + (a / lengthAfter))]);

    private static double[] Improved(double[] before, double[] after, double energyBefore, double energy, double energyAfter)
    {
        if (energyAfter > energy && energy > energyBefore)
        {
            return Unit(after);
        }

        if (energyAfter < energy && energy < energyBefore)
        {
            return Unit(before);
        }

        var (a, b) = (Math.Abs(energyAfter - energy), Math.Abs(energyBefore - energy));
        var (large, small) = (Math.Max(a, b), Math.Min(a, b));
        // Where both neighbours are as high as the image, neither side counts more.
        var (forth, back) = large == 0 ? (1, 1) : energyAfter > energyBefore ? (large, small) : (small, large);
        return Unit([.. after.Zip(before, (x, y) => (x * forth) + (y * back))]);
    }

    private static double[] Unit(double[] x)
    {
        var length = Vectors.Norm(x);
        return length > 0 ? [.. x.Select(v => v / length)] : x;
    }
}
