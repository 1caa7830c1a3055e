using Migrate.Crystals;

namespace Migrate.Potentials.Neb;

/// <summary>Cartesian coordinates as one array, [3 n_atoms], Å.</summary>
internal static class Coordinates
{
    /// <summary>Coordinates of a structure, not wrapped.</summary>
    public static double[] Of(Structure structure)
    {
        var x = new double[3 * structure.Count];
        for (var i = 0; i < structure.Count; i++)
        {
            var p = structure.Lattice.ToCartesian(structure.Fractional[i]);
            (x[3 * i], x[(3 * i) + 1], x[(3 * i) + 2]) = (p.X, p.Y, p.Z);
        }

        return x;
    }

    /// <summary>Atom i of an array.</summary>
    public static Vector3D At(double[] x, int i) => new(x[3 * i], x[(3 * i) + 1], x[(3 * i) + 2]);

    /// <summary>A structure with other coordinates.</summary>
    /// <exception cref="NebException">A coordinate is not finite.</exception>
    public static Structure ToStructure(Structure like, double[] x)
    {
        var fractional = new Vector3D[like.Count];
        for (var i = 0; i < fractional.Length; i++)
        {
            fractional[i] = like.Lattice.ToFractional(At(x, i));
            if (!fractional[i].IsFinite)
            {
                throw new NebException($"site {i + 1} has left for infinity; the steps of the optimizer have exploded");
            }
        }

        return new Structure(like.Lattice, like.AtomicNumbers, fractional, like.Name);
    }

    /// <summary>Length of the longest of the vectors.</summary>
    public static double Largest(double[] x)
    {
        var largest = 0.0;
        for (var i = 0; i < x.Length / 3; i++)
        {
            largest = Math.Max(largest, At(x, i).Length);
        }

        return largest;
    }

    /// <summary>b − a, every atom by its shortest periodic image.</summary>
    public static double[] Displacement(Lattice lattice, double[] a, double[] b)
    {
        var heights = lattice.Heights;
        // Nothing shorter can exist below half of the smallest height.
        var safe = 0.5 * Math.Min(heights.X, Math.Min(heights.Y, heights.Z));
        var d = new double[a.Length];
        for (var i = 0; i < a.Length / 3; i++)
        {
            var v = At(b, i) - At(a, i);
            if (v.Length >= safe)
            {
                v = lattice.ToCartesian(lattice.ShortestImage(lattice.ToFractional(v)));
            }

            (d[3 * i], d[(3 * i) + 1], d[(3 * i) + 2]) = (v.X, v.Y, v.Z);
        }

        return d;
    }
}
