using System.Runtime.InteropServices;

namespace Migrate.Native;

/// <summary>Settings of the C library's memory allocator.</summary>
public static partial class MemoryAllocator
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD of glibc's malloc.h

    /// <summary>
    /// Makes glibc give large blocks back to the system when they are freed. Its moving threshold otherwise lets the heap of a
    /// training run fragment to several times what is in use. To be called once, before the first tensor.
    /// </summary>
    /// <returns>True where it took effect; false on systems without glibc, where nothing needs to be done.</returns>
    public static bool Tune()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return SetOption(MmapThreshold, 65536) == 1;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // musl
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
