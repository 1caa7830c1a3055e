using System.Runtime.InteropServices;

namespace Migrate.Native.Cuda;

// Mirrors of native/cuda/convolution_arguments.hpp: same order, same types. CudaLayout compares the sizes when a module loads.

/// <summary>What the products of a kernel are computed in; sums are kept in float.</summary>
internal enum CudaArithmetic
{
    Float32 = 0,
    TensorFloat32 = 1,
    BFloat16 = 2,
}

/// <summary>FillArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaFillArguments
{
    public uint* Out;
    public long N;
    public uint Value;
    public uint Reserved;
}

/// <summary>DenseArguments: linear layers in sections of columns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaDenseArguments
{
    public int* Rows;
    public float* In;
    public void* Weights;
    public float* Bias;
    public void* Gathered;
    public float* Own;
    public int InStride;
    public int Depth;
    public int Width;
    public int Sections;
    public int GatheredSections;
    public int Chunk;
    public int Silu;
    public int Reserved;
}

/// <summary>EdgeGatedArguments: the fused edge-gated convolution.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaEdgeGatedArguments
{
    public int* NodeCount;
    public int* RowBegin;
    public int* Source;
    public float* Weight;
    public int* BondRowBegin;
    public int* BondSource;
    public float* BondWeight;
    public void* Gathered;
    public float* Own;
    public float* Nodes;
    public void* Edges;
    public double* Position;
    public float* GateTable;
    public float* ValueTable;
    public void* EdgeMap;
    public void* Weights;
    public float* NodeScale;
    public float* EdgeScale;
    public float* EdgeShift;
    public int Channels;
    public int Chunk;
    public int Intervals;
    public int WantEdges;
}

/// <summary>GatherRowsArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaGatherRowsArguments
{
    public int* Rows;
    public int* Key;
    public float* Table;
    public float* Out;
    public int Channels;
    public int Reserved;
}

/// <summary>PoolArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaPoolArguments
{
    public int* Segments;
    public int* Begin;
    public int* Count;
    public float* Rows;
    public float* Out;
    public int Channels;
    public int Reserved;
}
