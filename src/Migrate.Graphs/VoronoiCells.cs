using Migrate.Crystals;
using Migrate.Native;

namespace Migrate.Graphs;

/// <summary>A face of a Voronoi cell.</summary>
/// <param name="Neighbor">Atom on the other side.</param>
/// <param name="Edges">Edges longer than 1 % of the perimeter.</param>
/// <param name="Displacement">From the atom to that neighbour, Å.</param>
/// <param name="Area">Å².</param>
/// <param name="SolidAngle">Under which the atom sees the face, steradian; 4π over a whole cell.</param>
public readonly record struct VoronoiFace(int Neighbor, int Edges, Vector3D Displacement, double Area, double SolidAngle);

/// <summary>The Voronoi cells of a structure's atoms, periodic images included, by Voro++ (Rycroft, Chaos 19, 041111 (2009)).</summary>
public sealed class VoronoiCells
{
    /// <summary>Share of the full solid angle below which a face is left out: rounding alone makes such where many planes meet in one point.</summary>
    public const double SmallestShare = 1e-3;

    private readonly int[] _begin;
    private readonly VoronoiFace[] _faces;

    private VoronoiCells(double[] volumes, int[] begin, VoronoiFace[] faces) => (Volumes, _begin, _faces) = (volumes, begin, faces);

    /// <summary>True where the native library was built with Voro++.</summary>
    public static bool Available => NativeLibraryInfo.Capabilities.HasFlag(NativeCapabilities.Voronoi);

    /// <summary>[n_atoms] volumes, Å³; they fill the cell.</summary>
    public IReadOnlyList<double> Volumes { get; }

    /// <summary>Faces of an atom's cell, nearest neighbour first.</summary>
    public ReadOnlySpan<VoronoiFace> this[int atom] => _faces.AsSpan(_begin[atom].._begin[atom + 1]);

    /// <summary>Finds the cells.</summary>
    /// <exception cref="InvalidInputException">The structure is no crystal, or has a void of more than 60 Å.</exception>
    /// <exception cref="InvalidOperationException">The library was built without Voro++; see <see cref="Available"/>.</exception>
    public static unsafe VoronoiCells Find(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!Available)
        {
            throw new InvalidOperationException("the native library was built without Voro++");
        }

        Vector3D[] rows = [structure.Lattice.A, structure.Lattice.B, structure.Lattice.C];
        fixed (Vector3D* lattice = rows, fractional = structure.Fractional)
        {
            var crystal = new NativeCrystal { AtomCount = structure.Count, Lattice = (double*)lattice, Fractional = (double*)fractional };
            var status = NativeMethods.Structures.BuildVoronoi(in crystal, SmallestShare, out var voronoi);
            using (voronoi)
            {
                CrystalErrors.ThrowIfFailed(status, structure);
                NativeMethods.Structures.VoronoiArrays(voronoi, out var arrays).ThrowIfFailed();
                return Copy(arrays);
            }
        }
    }

    private static unsafe VoronoiCells Copy(in NativeVoronoiArrays arrays)
    {
        var faces = new VoronoiFace[arrays.FaceCount];
        for (var f = 0; f < faces.Length; f++)
        {
            var r = arrays.Displacement + (3 * f);
            faces[f] = new VoronoiFace(arrays.Neighbor[f], arrays.Edges[f], new Vector3D(r[0], r[1], r[2]), arrays.Area[f], arrays.SolidAngle[f]);
        }

        var atoms = (int)arrays.AtomCount;
        return new VoronoiCells(new ReadOnlySpan<double>(arrays.Volume, atoms).ToArray(), new ReadOnlySpan<int>(arrays.RowBegin, atoms + 1).ToArray(), faces);
    }
}
