using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Testing;

/// <summary>An atom image seen from another.</summary>
internal readonly record struct OracleNeighbor(double Distance, int Target, int A, int B, int C)
{
    /// <summary>Whole cells.</summary>
    public Vector3D Shift => new(A, B, C);

    /// <summary>
    /// Every neighbour of every atom with a distance ≤ radius: all pairs, all images that the radius can reach, one after another.
    /// </summary>
    public static List<OracleNeighbor>[] FindAll(Structure structure, double radius, Func<int, int, Vector3D, double> distance)
    {
        var f = structure.Fractional;
        var heights = structure.Lattice.Heights;
        var rows = new List<OracleNeighbor>[structure.Count];
        for (var i = 0; i < structure.Count; i++)
        {
            rows[i] = [];
            for (var j = 0; j < structure.Count; j++)
            {
                // |f_j + n − f_i| · height ≤ distance, along each axis.
                var away = f[j] - f[i];
                var (a0, a1) = Range(away.X, radius / heights.X);
                var (b0, b1) = Range(away.Y, radius / heights.Y);
                var (c0, c1) = Range(away.Z, radius / heights.Z);
                for (var a = a0; a <= a1; a++)
                {
                    for (var b = b0; b <= b1; b++)
                    {
                        for (var c = c0; c <= c1; c++)
                        {
                            var d = distance(i, j, new Vector3D(a, b, c));
                            if (d <= radius && (i != j || (a, b, c) != (0, 0, 0)))
                            {
                                rows[i].Add(new OracleNeighbor(d, j, a, b, c));
                            }
                        }
                    }
                }
            }
        }

        return rows;
    }

    private static (int First, int Last) Range(double away, double reach) =>
        ((int)Math.Floor(-away - reach - 0.01), (int)Math.Ceiling(-away + reach + 0.01));
}

/// <summary>The two ways to measure a distance (architecture.md 2.1).</summary>
internal static class OracleMetric
{
    public static Func<int, int, Vector3D, double> Create(Structure structure, TiePolicy ties)
    {
        var f = structure.Fractional.ToArray();
        if (ties == TiePolicy.WholeShell)
        {
            return (i, j, n) => structure.Lattice.ToCartesian(f[j] + n - f[i]).Length;
        }

        var rounded = Rounded(structure.Lattice);
        var cartesian = f.Select(x => Fused(rounded, x)).ToArray();
        return (i, j, n) =>
        {
            var r = (structure.Lattice.ToCartesian(n) + cartesian[j]) - cartesian[i];
            return Math.Sqrt((r.X * r.X) + (r.Y * r.Y) + (r.Z * r.Z));
        };
    }

    // Row vector times matrix as OpenBLAS sums it: one rounding for each product and sum.
    private static Vector3D Fused(Lattice lattice, Vector3D f)
    {
        double Sum(int axis) => Math.FusedMultiplyAdd(
            f.Z, lattice.C[axis], Math.FusedMultiplyAdd(f.Y, lattice.B[axis], f.X * lattice.A[axis]));
        return new Vector3D(Sum(0), Sum(1), Sum(2));
    }

    /// <summary>Every component rounded to 5 decimals.</summary>
    public static Lattice Rounded(Lattice lattice)
    {
        static double Round(double x) => Math.Round(x * 1e5, MidpointRounding.ToEven) / 1e5;
        return new Lattice(lattice.A.Map(Round), lattice.B.Map(Round), lattice.C.Map(Round));
    }
}
