namespace Migrate.Native.Cuda;

/// <summary>Device memory out of the pool; disposing returns it, once.</summary>
internal sealed class DeviceBuffer : IDisposable
{
    private readonly DeviceMemoryPool _pool;
    private DeviceBlock? _block;

    internal DeviceBuffer(DeviceMemoryPool pool, DeviceBlock block, long bytes) => (_pool, _block, Bytes) = (pool, block, bytes);

    /// <summary>A buffer that nobody disposed goes back as well.</summary>
    ~DeviceBuffer()
    {
        try
        {
            Return();
        }
        catch (CudaException)
        {
            // After a fault on the device nothing can be freed any more. Who works with it is told; an exception here would end the process.
        }
    }

    /// <summary>Bytes that were asked for.</summary>
    public long Bytes { get; }

    /// <summary>Address on the device, aligned to 256 bytes.</summary>
    public nint Pointer => (_block ?? throw new ObjectDisposedException(nameof(DeviceBuffer))).Pointer;

    /// <inheritdoc/>
    public void Dispose()
    {
        Return();
        GC.SuppressFinalize(this);
    }

    private void Return()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
        {
            _pool.Return(block);
        }
    }
}

/// <summary>Memory that the pool has got from the driver.</summary>
/// <param name="Pointer">Address.</param>
/// <param name="Bytes">Size of its class.</param>
internal sealed record DeviceBlock(nint Pointer, long Bytes);
