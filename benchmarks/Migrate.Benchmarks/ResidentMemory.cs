using Migrate.Native;

namespace Migrate.Benchmarks;

/// <summary>The resident set of this process, on Linux.</summary>
internal static class ResidentMemory
{
    /// <summary>How much the resident set grows while something runs, at most; 0 where the system does not tell.</summary>
    public static long GrowthDuring(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        const string Reset = "/proc/self/clear_refs";
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!File.Exists(Reset))
        {
            action();
            return 0;
        }

        // What is freed meanwhile must not count as used: every large block is a mapping of its own for now.
        MemoryAllocator.ReturnFreedMemory(1 << 16);
        MemoryAllocator.ReleaseFreedMemory();
        try
        {
            File.WriteAllText(Reset, "5"); // sets the high-water mark back
            var before = Read("VmRSS");
            action();
            return Read("VmHWM") - before;
        }
        finally
        {
            MemoryAllocator.KeepFreedMemory();
        }
    }

    private static long Read(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
