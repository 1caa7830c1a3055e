using System.Runtime.InteropServices;

namespace Migrate.Native;

/// <summary>Every function of migrate.h, in the order of the header. Callers pass through <see cref="NativeHandshake"/> first.</summary>
internal static partial class NativeMethods
{
    internal const string LibraryName = "migrate";

    /// <summary>---- library ----</summary>
    internal static partial class Library
    {
        /// <summary>MIGRATE_ABI_VERSION that this assembly was written for.</summary>
        internal const int Version = 4;

        [LibraryImport(LibraryName, EntryPoint = "migrate_version")]
        internal static partial int GetVersion();

        [LibraryImport(LibraryName, EntryPoint = "migrate_sizeof")]
        internal static partial long SizeOf(int which);

        /// <summary>Message of this thread's last failing call.</summary>
        internal static string LastError() => Marshal.PtrToStringUTF8(GetLastError()) ?? "";

        [LibraryImport(LibraryName, EntryPoint = "migrate_last_error")]
        private static partial nint GetLastError();
    }

    /// <summary>---- neighbour list ----</summary>
    internal static partial class NeighborLists
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_neighbor_list_build")]
        internal static partial NativeStatus Build(in NativeCrystal crystal, double cutoff, out NeighborListHandle list);

        [LibraryImport(LibraryName, EntryPoint = "migrate_neighbor_list_arrays")]
        internal static partial NativeStatus Arrays(NeighborListHandle list, out NativeNeighborArrays arrays);

        [LibraryImport(LibraryName, EntryPoint = "migrate_neighbor_list_free")]
        internal static partial void Free(nint list);
    }

    /// <summary>---- crystal graph ----</summary>
    internal static partial class CrystalGraphs
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_crystal_graph_build")]
        internal static partial NativeStatus Build(in NativeCrystal crystal, in NativeGraphSettings settings, out CrystalGraphHandle graph);

        [LibraryImport(LibraryName, EntryPoint = "migrate_crystal_graph_arrays")]
        internal static partial NativeStatus Arrays(CrystalGraphHandle graph, out NativeGraphArrays arrays);

        [LibraryImport(LibraryName, EntryPoint = "migrate_crystal_graph_free")]
        internal static partial void Free(nint graph);
    }

    /// <summary>---- line graph ----</summary>
    internal static partial class LineGraphs
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_line_graph_count")]
        internal static partial NativeStatus Count(in NativeBonds bonds, out long tripletCount);

        [LibraryImport(LibraryName, EntryPoint = "migrate_line_graph_fill")]
        internal static partial NativeStatus Fill(in NativeBonds bonds, in NativeTriplets triplets);
    }

    /// <summary>---- structure ----</summary>
    internal static unsafe partial class Structures
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_capabilities")]
        internal static partial NativeCapabilities Capabilities();

        [LibraryImport(LibraryName, EntryPoint = "migrate_voronoi_build")]
        internal static partial NativeStatus BuildVoronoi(in NativeCrystal crystal, double smallestShare, out VoronoiHandle voronoi);

        [LibraryImport(LibraryName, EntryPoint = "migrate_voronoi_arrays_of")]
        internal static partial NativeStatus VoronoiArrays(VoronoiHandle voronoi, out NativeVoronoiArrays arrays);

        [LibraryImport(LibraryName, EntryPoint = "migrate_voronoi_free")]
        internal static partial void FreeVoronoi(nint voronoi);

        [LibraryImport(LibraryName, EntryPoint = "migrate_symmetry_find")]
        internal static partial NativeStatus FindSymmetry(in NativeCrystal crystal, int* species, double tolerance, int* orbit, out NativeSymmetry symmetry);
    }

    /// <summary>---- processor ----</summary>
    internal static partial class Processor
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_processor_info")]
        internal static partial NativeStatus Info(out NativeProcessor processor);

        [LibraryImport(LibraryName, EntryPoint = "migrate_measure_peak")]
        internal static partial NativeStatus MeasurePeak(int which, int threads, out double rate);
    }

    /// <summary>---- forward pass with frozen weights ----</summary>
    internal static unsafe partial class Inference
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_tile_of")]
        internal static partial NativeStatus TileOf(Arithmetic arithmetic, out NativeTile tile);

        [LibraryImport(LibraryName, EntryPoint = "migrate_packed_bytes")]
        internal static partial NativeStatus PackedBytes(Arithmetic arithmetic, long n, long k, out long bytes);

        [LibraryImport(LibraryName, EntryPoint = "migrate_pack_weights")]
        internal static partial NativeStatus PackWeights(Arithmetic arithmetic, double* weights, long n, long k, void* packed);

        [LibraryImport(LibraryName, EntryPoint = "migrate_workspace_bytes")]
        internal static partial NativeStatus WorkspaceBytes(Arithmetic arithmetic, long k, int threads, out long bytes);

        [LibraryImport(LibraryName, EntryPoint = "migrate_dense_run")]
        internal static partial NativeStatus Dense(in NativeDense call, in NativeWorkspace workspace);

        [LibraryImport(LibraryName, EntryPoint = "migrate_edge_gated_run")]
        internal static partial NativeStatus EdgeGated(in NativeEdgeGated call, in NativeWorkspace workspace);

        [LibraryImport(LibraryName, EntryPoint = "migrate_radial_basis_run")]
        internal static partial NativeStatus RadialBasis(in NativeRadialBasis call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_interpolate_run")]
        internal static partial NativeStatus Interpolate(in NativeInterpolate call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_pool_run")]
        internal static partial NativeStatus Pool(in NativePool call);
    }

    /// <summary>---- training ----</summary>
    internal static partial class Training
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_gate_forward_run")]
        internal static partial NativeStatus GateForward(in NativeGateForward call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_norm_silu_run")]
        internal static partial NativeStatus NormSilu(in NativeNormSilu call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_column_statistics_run")]
        internal static partial NativeStatus ColumnStatistics(in NativeColumnStatistics call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_norm_silu_reduce_run")]
        internal static partial NativeStatus NormSiluReduce(in NativeNormSiluBackward call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_norm_silu_backward_run")]
        internal static partial NativeStatus NormSiluBackward(in NativeNormSiluBackward call);

        [LibraryImport(LibraryName, EntryPoint = "migrate_gate_backward_run")]
        internal static partial NativeStatus GateBackward(in NativeGateBackward call);
    }

    /// <summary>---- interatomic potentials ----</summary>
    internal static partial class Potentials
    {
        [LibraryImport(LibraryName, EntryPoint = "migrate_m3gnet_build")]
        internal static partial NativeStatus Build(in NativeM3GNetSpec spec, out M3GNetHandle model);

        [LibraryImport(LibraryName, EntryPoint = "migrate_m3gnet_free")]
        internal static partial void Free(nint model);

        [LibraryImport(LibraryName, EntryPoint = "migrate_m3gnet_workspace")]
        internal static partial NativeStatus Workspace(M3GNetHandle model, long atoms, long bonds, int gradient, out long bytes);

        [LibraryImport(LibraryName, EntryPoint = "migrate_m3gnet_evaluate")]
        internal static partial NativeStatus Evaluate(M3GNetHandle model, in NativeM3GNetRun call);
    }
}
