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
    public static readonly CudaLaunch Prepare = new("migrate_search_prepare");
    public static readonly CudaLaunch CountBins = new("migrate_search_count_bins");
    public static readonly CudaLaunch ScanBins = new("migrate_search_scan_bins");
    public static readonly CudaLaunch FillBins = new("migrate_search_fill_bins");

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
    public static readonly CudaLaunch FindShells = new("migrate_graph_find_shells", SharedBytes: CudaGraphScratch.ShellSharedBytes);
    public static readonly CudaLaunch CloseShells = new("migrate_graph_close_shells");
    public static readonly CudaLaunch KeepRelations = new("migrate_graph_keep_relations");
    public static readonly CudaLaunch CountBonds = new("migrate_graph_count_bonds");
    public static readonly CudaLaunch PlaceBonds = new("migrate_graph_place_bonds");
    public static readonly CudaLaunch FinishBonds = new("migrate_graph_finish_bonds");

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
    public static readonly CudaLaunch Counting = new("migrate_triplets_count");
    public static readonly CudaLaunch Filling = new("migrate_triplets_fill");

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
    public static readonly CudaLaunch Counting = new("migrate_neighbors_count");
    public static readonly CudaLaunch Closing = new("migrate_neighbors_close");
    public static readonly CudaLaunch Filling = new("migrate_neighbors_fill");

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
    public static readonly CudaLaunch Noting = new("migrate_note_counts", Threads: 32);

    public int* Counts;
    public int* RowBegin;
    public int* TripletBegin;
}

/// <summary>ScanArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaScanArguments
{
    public static readonly CudaLaunch Summing = new("migrate_scan_sum");
    public static readonly CudaLaunch Joining = new("migrate_scan_chunks", SharedBytes: CudaGraphScratch.ScanSharedBytes);
    public static readonly CudaLaunch Writing = new("migrate_scan_write");

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

    /// <summary>Shared memory of a block of 256 threads that joins the sums of chunks.</summary>
    public const int ScanSharedBytes = 8 * sizeof(long);

    /// <summary>Shared memory of a block of 256 threads that finds shells.</summary>
    public const int ShellSharedBytes = 8 * 256 * sizeof(double);
}
