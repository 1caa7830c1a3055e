using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Memory in use on the first GPU, by all processes.</summary>
internal static class DeviceMemory
{
    /// <summary>Bytes, to a MiB; null where there is no GPU.</summary>
    public static long? Used()
    {
        try
        {
            using var query = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var text = query.StandardOutput.ReadToEnd().Trim();
            query.WaitForExit();
            return query.ExitCode == 0 && long.TryParse(text, CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes << 20 : null;
        }
        catch (Win32Exception)
        {
            // No such program.
            return null;
        }
    }
}
