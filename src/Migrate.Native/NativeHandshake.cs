using System.Runtime.CompilerServices;

namespace Migrate.Native;

/// <summary>
/// Checks, once, that the library beside the program is the one that this assembly was written for: interface version and the size
/// of every struct.
/// </summary>
internal static class NativeHandshake
{
    private const string WayOut = "run ./build.sh native (build.ps1 on Windows), then build again";

    // Number in migrate_struct, name, size here.
    private static readonly (int Which, string Name, int Size)[] Structs =
    [
        (0, "migrate_crystal", Unsafe.SizeOf<NativeCrystal>()),
        (1, "migrate_neighbor_arrays", Unsafe.SizeOf<NativeNeighborArrays>()),
        (2, "migrate_graph_settings", Unsafe.SizeOf<NativeGraphSettings>()),
        (3, "migrate_site", Unsafe.SizeOf<NativeSite>()),
        (4, "migrate_graph_arrays", Unsafe.SizeOf<NativeGraphArrays>()),
        (5, "migrate_bonds", Unsafe.SizeOf<NativeBonds>()),
        (6, "migrate_triplets", Unsafe.SizeOf<NativeTriplets>()),
        (7, "migrate_processor", Unsafe.SizeOf<NativeProcessor>()),
        (8, "migrate_tile", Unsafe.SizeOf<NativeTile>()),
        (9, "migrate_dense", Unsafe.SizeOf<NativeDense>()),
        (10, "migrate_edge_gated", Unsafe.SizeOf<NativeEdgeGated>()),
        (11, "migrate_radial_basis", Unsafe.SizeOf<NativeRadialBasis>()),
        (12, "migrate_interpolate", Unsafe.SizeOf<NativeInterpolate>()),
        (13, "migrate_pool", Unsafe.SizeOf<NativePool>()),
        (14, "migrate_workspace", Unsafe.SizeOf<NativeWorkspace>()),
        (15, "migrate_gate_forward", Unsafe.SizeOf<NativeGateForward>()),
        (16, "migrate_gate_backward", Unsafe.SizeOf<NativeGateBackward>()),
        (17, "migrate_norm_silu", Unsafe.SizeOf<NativeNormSilu>()),
        (18, "migrate_norm_silu_backward", Unsafe.SizeOf<NativeNormSiluBackward>()),
        (19, "migrate_column_statistics", Unsafe.SizeOf<NativeColumnStatistics>()),
        (20, "migrate_voronoi_arrays", Unsafe.SizeOf<NativeVoronoiArrays>()),
        (21, "migrate_symmetry", Unsafe.SizeOf<NativeSymmetry>()),
        (22, "migrate_layer", Unsafe.SizeOf<NativeLayer>()),
        (23, "migrate_m3gnet_spec", Unsafe.SizeOf<NativeM3GNetSpec>()),
        (24, "migrate_m3gnet_run", Unsafe.SizeOf<NativeM3GNetRun>()),
    ];

    private static readonly Lazy<string?> Problem = new(Find);

    /// <summary>Why the library cannot be used, or null. Loads it on the first call; later calls cost nothing.</summary>
    public static string? FindProblem() => Problem.Value;

    /// <summary>Returns if the library is there and fits.</summary>
    /// <exception cref="DllNotFoundException">It is not; the message says what to do.</exception>
    public static void Require()
    {
        if (Problem.Value is { } problem)
        {
            throw new DllNotFoundException(problem);
        }
    }

    private static string? Find()
    {
        try
        {
            var version = NativeMethods.Library.GetVersion();
            if (version != NativeMethods.Library.Version)
            {
                return $"the native library has interface version {version}, this program needs {NativeMethods.Library.Version}; {WayOut}";
            }

            foreach (var (which, name, size) in Structs)
            {
                var native = NativeMethods.Library.SizeOf(which);
                if (native != size)
                {
                    return $"the native library has {native} bytes for {name}, this program {size}; {WayOut}";
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            var cause = exception is DllNotFoundException ? "was not found beside the program" : exception.Message;
            return $"native library {NativeMethods.LibraryName}: {cause}; {WayOut}";
        }
    }
}
