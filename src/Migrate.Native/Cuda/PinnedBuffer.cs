namespace Migrate.Native.Cuda;

/// <summary>Host memory for copies to and from the device, which grows and never shrinks. Not for several threads at once.</summary>
internal sealed unsafe class PinnedBuffer(CudaDevice device) : IDisposable
{
    private nint _memory;
    private long _bytes;

    /// <summary>The memory, at least so many bytes; what was in it is lost where it had to grow.</summary>
    public byte* Take(long bytes)
    {
        if (bytes > _bytes)
        {
            Dispose();
            device.MakeCurrent();
            _memory = device.Driver.AllocatePinned(bytes);
            _bytes = bytes;
        }

        return (byte*)_memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory != 0)
        {
            device.MakeCurrent();
            device.Driver.FreePinned(_memory);
        }

        (_memory, _bytes) = (0, 0);
    }
}
