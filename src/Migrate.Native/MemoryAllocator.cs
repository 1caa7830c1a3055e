using System.Runtime.InteropServices;

namespace Migrate.Native;

/// <summary>
/// Settings of glibc's allocator, which decides how fast training on the CPU is. Every step allocates the same large tensors; with the
/// defaults each of them is a fresh mapping whose pages the kernel clears one by one, and half of the processor time goes there.
/// </summary>
public static partial class MemoryAllocator
{
    // Options of mallopt, from glibc's malloc.h.
    private const int TrimThreshold = -1, MmapThreshold = -3, ArenaMax = -8;

    /// <summary>
    /// Keeps freed memory for the next allocation (−1 switches trimming off): no mapping of its own for a large block, nothing given back, one arena for all
    /// threads (others could not hold large blocks). For training, which reuses what it frees. Call it before the first tensor.
    /// </summary>
    /// <returns>True where it took effect; false on systems without glibc, where nothing needs to be done.</returns>
    public static bool KeepFreedMemory() => Set((MmapThreshold, int.MaxValue), (TrimThreshold, -1), (ArenaMax, 1));

    /// <summary>
    /// Gives large blocks back as soon as they are freed: glibc's moving threshold otherwise lets the heap grow to several times what
    /// is in use. For predictions, where batches differ in size and memory must stay bounded. Call it before the first tensor.
    /// </summary>
    /// <param name="threshold">Blocks of this many bytes and more are given back.</param>
    /// <returns>True where it took effect; false on systems without glibc, where nothing needs to be done.</returns>
    public static bool ReturnFreedMemory(int threshold = 1 << 26) => Set((MmapThreshold, threshold));

    /// <summary>Gives everything that is free back to the system now, where it can be done.</summary>
    public static void ReleaseFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Trim(0);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl keeps nothing worth giving back
        }
    }

    private static bool Set(params ReadOnlySpan<(int Option, int Value)> settings)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            var taken = true;
            foreach (var (option, value) in settings)
            {
                taken &= SetOption(option, value) == 1;
            }

            return taken;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // musl
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
