using System.Runtime.InteropServices;

namespace Migrate.Native;

// Mirrors of the kernels' structs of migrate.h: same order, same types. NativeHandshake compares the sizes when the library loads.

/// <summary>migrate_arithmetic: what products are computed in; sums of bf16 and fp16 products are kept in float.</summary>
internal enum Arithmetic
{
    Float32 = 0,
    Float64 = 1,
    BFloat16Dot = 2,
    Float16 = 3,
}

/// <summary>migrate_dtype: how rows lie in memory.</summary>
internal enum RowType
{
    Float32 = 0,
    Float64 = 1,
    BFloat16 = 2,
    Float16 = 3,
}

/// <summary>migrate_processor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeProcessor
{
    public int Simd;
    public int BFloat16Dot;
    public int Float16Math;
    public int MaxThreads;
}

/// <summary>migrate_tile.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTile
{
    public int Lanes;
    public int Columns;
}

/// <summary>migrate_workspace.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeWorkspace
{
    public void* Memory;
    public long Bytes;
    public int Threads;
    public int Reserved;
}

/// <summary>migrate_dense.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDense
{
    public Arithmetic Arithmetic;
    public int Silu;
    public int PanelMajor;
    public int Reserved;
    public long N;
    public long K;
    public long InStride;
    public long Width;
    public long OutStride;
    public void* In;
    public void* Weights;
    public void* Bias;
    public void* Out;
}

/// <summary>migrate_edge_gated.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeEdgeGated
{
    public Arithmetic Arithmetic;
    public RowType Storage;
    public int WantEdges;
    public int Reserved;
    public long NodeCount;
    public long EdgeCount;
    public long Channels;
    public long Stride;
    public int* RowBegin;
    public int* Source;
    public float* Weight;
    public void* Gates;
    public void* Nodes;
    public void* Edges;
    public double* Position;
    public long Intervals;
    public void* GateTable;
    public void* ValueTable;
    public void* Weights;
    public void* NodeScale;
    public void* EdgeScale;
    public void* EdgeShift;
}

/// <summary>migrate_radial_basis.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeRadialBasis
{
    public RowType Type;
    public int Threads;
    public long N;
    public long Bins;
    public long Stride;
    public double* Values;
    public void* Centers;
    public double Gamma;
    public void* Rows;
}

/// <summary>migrate_interpolate.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeInterpolate
{
    public RowType Type;
    public int Threads;
    public long N;
    public long Stride;
    public long Intervals;
    public double* Position;
    public void* Table;
    public void* Rows;
}

/// <summary>migrate_pool.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePool
{
    public RowType Type;
    public int Reserved;
    public long RowCount;
    public long SegmentCount;
    public long Stride;
    public int* Begin;
    public int* Count;
    public void* Rows;
    public void* Out;
}
