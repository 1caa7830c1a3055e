using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Migrate.Native.Cuda;

/// <summary>
/// Finds the CUDA driver when it is first asked for: <c>libcuda.so.1</c>, <c>nvcuda.dll</c>, or the file that the environment variable
/// MIGRATE_CUDA_DRIVER names (the tests' emulated driver). A machine without one is an ordinary machine.
/// </summary>
internal static class NativeResolver
{
    internal const string CudaDriver = "migrate-cuda-driver";

    /// <summary>File of the driver.</summary>
    public static string CudaFile => Environment.GetEnvironmentVariable("MIGRATE_CUDA_DRIVER") is { Length: > 0 } named
        ? named
        : OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    // An assembly has one resolver; it must be there before the first call.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The only way to be there before the first call.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeResolver).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == CudaDriver ? NativeLibrary.Load(CudaFile) : 0;
}
