using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Several arrays in one device buffer: they are asked for first, then taken in the same order.</summary>
internal sealed unsafe class CudaArena : IDisposable
{
    private const int Alignment = 256;

    private readonly List<long> _places = [];
    private DeviceBuffer? _memory;
    private long _bytes;
    private int _next;

    /// <summary>Bytes of all arrays.</summary>
    public long Bytes => _bytes;

    /// <summary>Asks for an array.</summary>
    public void Ask<T>(long count)
        where T : unmanaged => AskBytes(count * sizeof(T));

    /// <summary>Asks for bytes.</summary>
    public void AskBytes(long bytes)
    {
        _places.Add(_bytes);
        _bytes += (Math.Max(bytes, 1) + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>Gets the memory.</summary>
    /// <exception cref="CudaOutOfMemoryException">There is not enough.</exception>
    public void Allocate(CudaDevice device) => _memory = device.Memory.Rent(_bytes);

    /// <summary>The next array.</summary>
    public void* Take() => (byte*)_memory!.Pointer + _places[_next++];

    public void Dispose() => _memory?.Dispose();
}
