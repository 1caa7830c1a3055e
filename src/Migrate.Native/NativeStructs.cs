using System.Runtime.InteropServices;

namespace Migrate.Native;

// Mirrors of the structs of migrate.h: same order, same types. NativeHandshake compares the sizes when the library loads.

/// <summary>migrate_crystal.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeCrystal
{
    public long AtomCount;
    public double* Lattice;
    public double* Fractional;
}

/// <summary>migrate_neighbor_arrays.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeNeighborArrays
{
    public long AtomCount;
    public long PairCount;
    public int* RowBegin;
    public int* Target;
    public int* Shift;
    public double* Displacement;
    public double* Distance;
}

/// <summary>migrate_graph_settings.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeGraphSettings
{
    public int Neighbors;
    public int Ties;
    public int Relations;
    public int Reserved;
    public double Cutoff;
    public double ShellTolerance;
}

/// <summary>migrate_site.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSite
{
    public int Kept;
    public int TiesKept;
    public int TiesDropped;
    public int CoincidentSkipped;
    public double ShellRadius;
    public double GapAfterCut;
}

/// <summary>migrate_graph_arrays.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeGraphArrays
{
    public long AtomCount;
    public long BondCount;
    public double CutoffUsed;
    public int* RowBegin;
    public int* Source;
    public int* Shift;
    public double* Displacement;
    public double* Distance;
    public byte* Multiplicity;
    public NativeSite* Sites;
}

/// <summary>migrate_bonds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBonds
{
    public long AtomCount;
    public long BondCount;
    public int* RowBegin;
    public int* Source;
    public double* Displacement;
    public double* Distance;
    public byte* Multiplicity;
}

/// <summary>migrate_triplets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTriplets
{
    public long TripletCount;
    public int* TripletBegin;
    public int* Source;
    public double* Cosine;
    public byte* Weight;
}

/// <summary>migrate_voronoi_arrays.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeVoronoiArrays
{
    public long AtomCount;
    public long FaceCount;
    public double* Volume;
    public int* RowBegin;
    public int* Neighbor;
    public int* Edges;
    public double* Displacement;
    public double* Area;
    public double* SolidAngle;
}

/// <summary>migrate_symmetry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSymmetry
{
    public int SpaceGroup;
    public int PointGroupOrder;
    public int Centrosymmetric;
    public int Orbits;
}
