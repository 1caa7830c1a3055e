using Migrate.Crystals;

namespace Migrate.Benchmarks;

/// <summary>What potentials are measured on: antiperovskite Li3OCl (a = 3.91 Å), every coordinate displaced by up to 0.05 Å.</summary>
internal static class PotentialWorkload
{
    private const double LatticeConstant = 3.91, Displacement = 0.05;

    /// <summary>That many configurations of that many atoms (a multiple of five), the same every time.</summary>
    public static Structure[] Of(int configurations, int atoms)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, configurations).Select(_ => Crystal(random, atoms / 5))];
    }

    // Cl at the corners, O in the centre, Li on the faces.
    private static Structure Crystal(Random random, int cells)
    {
        var (nx, ny) = (1, cells % 3 == 0 ? 5 : cells % 2 == 0 ? 2 : 1);
        var nz = cells / (nx * ny);
        (byte Number, Vector3D At)[] cell = [(17, new(0, 0, 0)), (8, new(0.5, 0.5, 0.5)), (3, new(0.5, 0.5, 0)), (3, new(0.5, 0, 0.5)), (3, new(0, 0.5, 0.5))];
        var (numbers, sites) = (new List<byte>(), new List<Vector3D>());
        Vector3D size = new(nx * LatticeConstant, ny * LatticeConstant, nz * LatticeConstant);
        double Away() => Displacement * ((2 * random.NextDouble()) - 1);
        for (var k = 0; k < cells; k++)
        {
            Vector3D corner = new(k % nx, k / nx % ny, k / (nx * ny));
            foreach (var (number, at) in cell)
            {
                var p = (corner + at) * LatticeConstant;
                numbers.Add(number);
                sites.Add(new((p.X + Away()) / size.X, (p.Y + Away()) / size.Y, (p.Z + Away()) / size.Z));
            }
        }

        return new Structure(new Lattice(new(size.X, 0, 0), new(0, size.Y, 0), new(0, 0, size.Z)), [.. numbers], [.. sites]);
    }
}
