using System.Runtime.CompilerServices;

namespace Migrate.Native.Cuda;

/// <summary>Compares the argument structs of this assembly with those that a module's kernels were compiled with.</summary>
internal static class CudaLayout
{
    /// <summary>layout_version of native/cuda/arguments.hpp that this assembly was written for.</summary>
    private const uint Version = 1;

    // In the order of native/cuda/layout.cu; some are scratch, whose sizes the buffers need.
    private static readonly (string Name, int Size)[] Structs =
    [
        ("FillArguments", Unsafe.SizeOf<CudaFillArguments>()),
        ("DenseArguments", Unsafe.SizeOf<CudaDenseArguments>()),
        ("EdgeGatedArguments", Unsafe.SizeOf<CudaEdgeGatedArguments>()),
        ("GatherRowsArguments", Unsafe.SizeOf<CudaGatherRowsArguments>()),
        ("PoolArguments", Unsafe.SizeOf<CudaPoolArguments>()),
        ("SearchArguments", Unsafe.SizeOf<CudaSearchArguments>()),
        ("GraphArguments", Unsafe.SizeOf<CudaGraphArguments>()),
        ("TripletArguments", Unsafe.SizeOf<CudaTripletArguments>()),
        ("NeighborArguments", Unsafe.SizeOf<CudaNeighborArguments>()),
        ("CountsArguments", Unsafe.SizeOf<CudaCountsArguments>()),
        ("ScanArguments", Unsafe.SizeOf<CudaScanArguments>()),
        ("Site", Unsafe.SizeOf<NativeSite>()),
        ("Relation", CudaGraphScratch.RelationBytes),
        ("SearchCell", CudaGraphScratch.CellBytes),
        ("SearchSlot", CudaGraphScratch.SlotBytes),
        ("GateForwardArguments", Unsafe.SizeOf<CudaGateForwardArguments>()),
        ("ColumnStatisticsArguments", Unsafe.SizeOf<CudaColumnStatisticsArguments>()),
        ("NormSiluArguments", Unsafe.SizeOf<CudaNormSiluArguments>()),
        ("NormSiluBackwardArguments", Unsafe.SizeOf<CudaNormSiluBackwardArguments>()),
        ("GateBackwardArguments", Unsafe.SizeOf<CudaGateBackwardArguments>()),
        ("SegmentMeanArguments", Unsafe.SizeOf<CudaSegmentMeanArguments>()),
        ("SegmentMeanBackwardArguments", Unsafe.SizeOf<CudaSegmentMeanBackwardArguments>()),
    ];

    /// <summary>Returns if a module fits.</summary>
    /// <param name="layout">Its migrate_cuda_layout: version, count, sizes.</param>
    /// <param name="module">Its name, for the message.</param>
    /// <exception cref="CudaException">It does not.</exception>
    public static void Require(ReadOnlySpan<uint> layout, string module)
    {
        if (Problem(layout) is { } problem)
        {
            throw new CudaException($"{module}: {problem}; run ./build.sh native (build.ps1 on Windows), then build again");
        }
    }

    private static string? Problem(ReadOnlySpan<uint> layout)
    {
        if (layout.Length < 2 || layout[0] != Version || layout.Length != layout[1] + 2)
        {
            return $"the kernels have layout version {(layout.Length > 0 ? layout[0] : 0)}, this program needs {Version}";
        }

        if (layout[1] != Structs.Length)
        {
            return $"the kernels have {layout[1]} argument structs, this program {Structs.Length}";
        }

        for (var i = 0; i < Structs.Length; i++)
        {
            if (layout[i + 2] != Structs[i].Size)
            {
                return $"the kernels have {layout[i + 2]} bytes for {Structs[i].Name}, this program {Structs[i].Size}";
            }
        }

        return null;
    }
}
