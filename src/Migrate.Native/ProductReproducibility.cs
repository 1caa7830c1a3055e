using System.Runtime.InteropServices;

namespace Migrate.Native;

/// <summary>
/// Equal inputs give equal bits in libtorch's products. Intel MKL, in which they are computed, otherwise chooses its way by where the numbers lie in memory:
/// on AMD processors the last bits then change from run to run, and a training that was killed does not go on as it would have.
/// </summary>
public static partial class ProductReproducibility
{
    // Conditional numerical reproducibility with the best instructions of the processor; it costs nothing that could be measured.
    private const string Variable = "MKL_CBWR", Mode = "AUTO";

    /// <summary>Asks MKL for it, unless the environment says how it shall compute. Call it before the first product.</summary>
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return;
        }

        // .NET keeps an environment of its own, which libraries do not see.
        Environment.SetEnvironmentVariable(Variable, Mode);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetForLibraries(Variable, Mode, 0);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // no glibc, no packaged libtorch
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetForLibraries(string name, string value, int overwrite);
}
