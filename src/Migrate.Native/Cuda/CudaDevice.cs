namespace Migrate.Native.Cuda;

/// <summary>A GPU in its primary context, which it shares with libtorch. Lives as long as the program.</summary>
public sealed class CudaDevice
{
    /// <summary>Name that the emulated driver of the tests gives its device.</summary>
    internal const string EmulatedName = "Migrate emulated GPU";

    private readonly nint _context;
    private readonly Lazy<CudaModule> _module;

    internal CudaDevice(ICudaDriver driver, int ordinal)
    {
        Driver = driver;
        Ordinal = ordinal;
        Name = driver.DeviceName(ordinal);
        Capability = (10 * driver.Attribute(CudaAttribute.CapabilityMajor, ordinal)) + driver.Attribute(CudaAttribute.CapabilityMinor, ordinal);
        Multiprocessors = driver.Attribute(CudaAttribute.MultiprocessorCount, ordinal);
        SharedBytesPerBlock = driver.Attribute(CudaAttribute.SharedBytesPerBlock, ordinal);
        _context = driver.RetainPrimaryContext(ordinal);
        MakeCurrent();
        TotalBytes = driver.MemoryInfo().Total;
        _module = new Lazy<CudaModule>(() => CudaModule.Load(this));
        Memory = new DeviceMemoryPool(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Number among the devices.</summary>
    public int Ordinal { get; }

    /// <summary>Compute capability times 10, for example 90.</summary>
    public int Capability { get; }

    /// <summary>Multiprocessors.</summary>
    public int Multiprocessors { get; }

    /// <summary>Most shared memory of a block.</summary>
    public int SharedBytesPerBlock { get; }

    /// <summary>Device memory.</summary>
    public long TotalBytes { get; }

    /// <summary>Where its buffers come from.</summary>
    public DeviceMemoryPool Memory { get; }

    /// <summary>Name of the binding, for messages.</summary>
    public string Binding => Driver.Name;

    /// <summary>File of the kernels that this device runs; loads them.</summary>
    public string KernelModule => Module.Name;

    /// <summary>Device memory that is free now.</summary>
    public long FreeBytes
    {
        get
        {
            MakeCurrent();
            return Driver.MemoryInfo().Free;
        }
    }

    /// <summary>True for the device of the tests, whose memory is the host's.</summary>
    public bool IsEmulated => Name == EmulatedName;

    internal ICudaDriver Driver { get; }

    /// <summary>The kernels, translated for this device; loaded on first use.</summary>
    internal CudaModule Module => _module.Value;

    /// <summary>Makes the context current on the calling thread: before any other call, on every thread.</summary>
    internal void MakeCurrent() => Driver.SetCurrent(_context);

    /// <summary>Copies numbers to a buffer of their own and waits for it.</summary>
    internal unsafe DeviceBuffer Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        MakeCurrent();
        var buffer = Memory.Rent((long)values.Length * sizeof(T));
        fixed (T* from = values)
        {
            Driver.CopyToDevice(buffer.Pointer, from, (long)values.Length * sizeof(T), 0);
            Driver.Synchronize(0);
        }

        return buffer;
    }
}
