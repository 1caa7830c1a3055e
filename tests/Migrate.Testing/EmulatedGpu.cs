using System.Reflection;
using System.Runtime.InteropServices;
using Migrate.Native.Cuda;

namespace Migrate.Testing;

/// <summary>
/// The CUDA driver of the tests: the real one where there is one, else the emulated one that the native build leaves behind, which runs
/// the same kernels on the processor. Where neither is there, tests that need one are skipped.
/// </summary>
public static unsafe class EmulatedGpu
{
    private const string Variable = "MIGRATE_CUDA_DRIVER";

    private static readonly Lazy<string?> Problem = new(Choose);

    /// <summary>File of the emulated driver, or null where it was not built: the one that is named already, else that of this build.</summary>
    public static string? Driver =>
        (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : typeof(EmulatedGpu).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(m => m.Key == "EmulatedDriver")?.Value)
        is { } file && File.Exists(file) ? file : null;

    /// <summary>Bytes that the emulated device has; null undoes it. For one test at a time.</summary>
    public static void LimitMemory(long? bytes)
    {
        var library = NativeLibrary.Load(Driver!);
        ((delegate* unmanaged[Cdecl]<long, void>)NativeLibrary.GetExport(library, "migrate_emulated_limit"))(bytes ?? 0);
    }

    /// <summary>Skips the running test where there is neither a GPU nor the emulated one.</summary>
    public static void Require()
    {
        if (Problem.Value is { } problem)
        {
            throw new SkippedException(problem);
        }
    }

    // Points the program to the emulated driver before anything has asked for one.
    private static string? Choose()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null && Driver is { } driver && !NativeLibrary.TryLoad("libcuda.so.1", out _))
        {
            Environment.SetEnvironmentVariable(Variable, driver);
        }

        return CudaRuntime.FindProblem();
    }
}
