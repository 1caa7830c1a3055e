using System.Runtime.InteropServices;

namespace Migrate.Native.Cuda;

// Mirrors of native/cuda/graph_arguments.hpp, which says what each member is: same order, same types. CudaLayout compares the sizes
// when a module loads.

/// <summary>StructureStatus: what became of a structure of a batch.</summary>
internal enum CudaStructureStatus
{
    Ok = 0,
    AtomCount = 1,
    NoVolume = 2,
    Coordinate = 3,
    VectorTooShort = 4,
    TooDense = 5,
    TooManyRelations = 6,
    TooManyPairs = 7,
    TooSkewed = 8,
}

/// <summary>SearchArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaSearchArguments
{
    public int* Structures;
    public int* AtomBegin;
    public double* Lattice;
    public double* Fractional;
    public int* Structure;
    public CudaStructureStatus* Status;
    public int* BadSite;
    public double* BadValue;
    public int* Count;
    public void* Cells;
    public int* Bins;
    public void* Slots;
    public double Cutoff;
    public int Neighbors;
    public int Ties;
}

/// <summary>GraphArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaGraphArguments
{
    public CudaSearchArguments Search;
    public NativeSite* Sites;
    public double* CutoffUsed;
    public double* Radius;
    public int* RelationBegin;
    public void* Relations;
    public void* Entering;
    public int* RowBegin;
    public int* Source;
    public int* Target;
    public int* Shift;
    public double* Displacement;
    public double* Distance;
    public byte* Multiplicity;
    public float* Weight;
    public double* Position;
    public double ShellTolerance;
    public double Low;
    public double Spacing;
    public int Intervals;
    public int RelationPolicy;
}

/// <summary>TripletArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaTripletArguments
{
    public int* Atoms;
    public int* RowBegin;
    public int* Source;
    public double* Displacement;
    public double* Distance;
    public byte* Multiplicity;
    public int* TripletBegin;
    public int* TripletSource;
    public double* Cosine;
    public byte* Copies;
    public float* Weight;
    public double* Position;
    public double Low;
    public double Spacing;
    public int Intervals;
    public int Reserved;
}

/// <summary>NeighborArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaNeighborArguments
{
    public CudaSearchArguments Search;
    public void* Pairs;
    public int* RowBegin;
    public int* Target;
    public int* Shift;
    public double* Displacement;
    public double* Distance;
}

/// <summary>CountsArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaCountsArguments
{
    public int* Counts;
    public int* RowBegin;
    public int* TripletBegin;
}

/// <summary>ScanArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaScanArguments
{
    public int* Length;
    public int* Count;
    public int* Begin;
    public long* Chunks;
    public long* Total;
    public long Capacity;
}

/// <summary>Bytes of the scratch structs of the graph kernels.</summary>
internal static class CudaGraphScratch
{
    /// <summary>SearchCell: 3 matrices, 3 heights, error, two radii, 12 integers.</summary>
    public const int CellBytes = ((27 + 3 + 3) * sizeof(double)) + (12 * sizeof(int));

    /// <summary>SearchSlot.</summary>
    public const int SlotBytes = (6 * sizeof(double)) + (4 * sizeof(int));

    /// <summary>Relation.</summary>
    public const int RelationBytes = 4 * sizeof(int);

    /// <summary>Counts that one warp of a prefix sum adds up.</summary>
    public const int ScanChunk = 1024;

    /// <summary>Shared memory of a block of 256 threads that finds shells.</summary>
    public const int ShellSharedBytes = 8 * 256 * sizeof(double);
}
