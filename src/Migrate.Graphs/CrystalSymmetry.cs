using Migrate.Crystals;
using Migrate.Native;

namespace Migrate.Graphs;

/// <summary>The space group of a structure, by spglib (Togo, Shinohara and Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822 (2024)).</summary>
/// <param name="SpaceGroup">Number in the International Tables, 1 to 230.</param>
/// <param name="PointGroupOrder">Operations of the point group, 1 to 48; the same for a cell and its supercells.</param>
/// <param name="IsCentrosymmetric">True with an inversion.</param>
/// <param name="Orbits">[n_atoms] first site of each site's orbit.</param>
public sealed record CrystalSymmetry(int SpaceGroup, int PointGroupOrder, bool IsCentrosymmetric, IReadOnlyList<int> Orbits)
{
    /// <summary>How far a site may be from its place, Å.</summary>
    public const double Tolerance = 0.01;

    /// <summary>True where the native library was built with spglib.</summary>
    public static bool Available => NativeLibraryInfo.Capabilities.HasFlag(NativeCapabilities.Symmetry);

    /// <summary>Crystal system: 1 triclinic, 2 monoclinic, 3 orthorhombic, 4 tetragonal, 5 trigonal, 6 hexagonal, 7 cubic.</summary>
    public int CrystalSystem => SpaceGroup switch { <= 2 => 1, <= 15 => 2, <= 74 => 3, <= 142 => 4, <= 167 => 5, <= 194 => 6, _ => 7 };

    /// <summary>Finds the symmetry.</summary>
    /// <exception cref="InvalidInputException">The structure is no crystal, or two of its sites coincide.</exception>
    /// <exception cref="InvalidOperationException">The library was built without spglib; see <see cref="Available"/>.</exception>
    public static unsafe CrystalSymmetry Find(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!Available)
        {
            throw new InvalidOperationException("the native library was built without spglib");
        }

        Vector3D[] rows = [structure.Lattice.A, structure.Lattice.B, structure.Lattice.C];
        int[] species = [.. structure.AtomicNumbers.ToArray()];
        var orbits = new int[structure.Count];
        fixed (Vector3D* lattice = rows, fractional = structure.Fractional)
        {
            fixed (int* kinds = species, orbit = orbits)
            {
                var crystal = new NativeCrystal { AtomCount = structure.Count, Lattice = (double*)lattice, Fractional = (double*)fractional };
                CrystalErrors.ThrowIfFailed(NativeMethods.Structures.FindSymmetry(in crystal, kinds, Tolerance, orbit, out var found), structure);
                return new CrystalSymmetry(found.SpaceGroup, found.PointGroupOrder, found.Centrosymmetric != 0, orbits);
            }
        }
    }
}
