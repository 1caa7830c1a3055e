using System.Runtime.InteropServices;

namespace Migrate.Native.Cuda;

// Mirrors of native/cuda/convolution_arguments.hpp: same order, same types. CudaLayout compares the sizes when a module loads.

/// <summary>Names of the kernels of a forward pass: by arithmetic, edge rows, and the most columns.</summary>
internal static class CudaNetworkNames
{
    /// <summary>Columns of the widest kernels.</summary>
    public const int MostColumns = 512;

    public static string Of(CudaArithmetic arithmetic) => arithmetic switch
    {
        CudaArithmetic.BFloat16 => "bf16",
        CudaArithmetic.TensorFloat32 => "tf32",
        _ => "f32",
    };

    public static int Widest(int columns) => columns switch { <= 64 => 64, <= 128 => 128, <= 256 => 256, _ => MostColumns };
}

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
    public static readonly CudaLaunch Launch = new("migrate_fill_u32");

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

    public static CudaLaunch Launch(CudaArithmetic arithmetic, int width) =>
        new($"migrate_dense_{CudaNetworkNames.Of(arithmetic)}_{CudaNetworkNames.Widest(width)}");
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

    /// <summary>With a product.</summary>
    public static CudaLaunch Launch(CudaArithmetic arithmetic, bool halfRows, int channels) =>
        new($"migrate_edge_gated_{CudaNetworkNames.Of(arithmetic)}{Rows(halfRows)}_{CudaNetworkNames.Widest(channels)}");

    /// <summary>With tables.</summary>
    public static CudaLaunch Tables(CudaArithmetic arithmetic, bool halfRows) =>
        new($"migrate_edge_gated_table_{(arithmetic == CudaArithmetic.BFloat16 ? "bf16" : "f32")}{Rows(halfRows)}");

    /// <summary>With a product on compute capability 9.0: 128 or 256 channels, bf16 rows.</summary>
    public static CudaLaunch Hopper(int channels) => new($"migrate_edge_gated_hopper_{channels}");

    private static string Rows(bool half) => half ? "_rows" : "";
}

/// <summary>GatherRowsArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaGatherRowsArguments
{
    public static readonly CudaLaunch Launch = new("migrate_gather_rows");

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
    public static readonly CudaLaunch Launch = new("migrate_pool");

    public int* Segments;
    public int* Begin;
    public int* Count;
    public float* Rows;
    public float* Out;
    public int Channels;
    public int Reserved;
}
