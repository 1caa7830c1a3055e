using System.Runtime.InteropServices;

namespace Migrate.Models;

/// <summary>
/// Native memory aligned to cache lines that grows and never shrinks: what kernels read and write. Not initialized. It must not be
/// reached by two threads at once.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const nuint Alignment = 64;
    private void* _memory;

    ~AlignedBuffer() => Free();

    /// <summary>Bytes that are there.</summary>
    public long Bytes { get; private set; }

    /// <summary>The memory, at least <paramref name="count"/> elements; what was in it is lost where it had to grow.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        var bytes = Math.Max(64, checked(count * sizeof(T)));
        if (bytes > Bytes)
        {
            Free();
            _memory = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            Bytes = bytes;
        }

        return (T*)_memory;
    }

    /// <summary>The same, all zero.</summary>
    public T* TakeZeroed<T>(long count)
        where T : unmanaged
    {
        var memory = Take<T>(count);
        NativeMemory.Clear(memory, (nuint)(count * sizeof(T)));
        return memory;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        Bytes = 0;
    }
}
