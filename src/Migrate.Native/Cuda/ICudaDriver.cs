namespace Migrate.Native.Cuda;

/// <summary>
/// What this program needs of the CUDA driver, and no more. Handles are the driver's own, as numbers. Every call but the first four
/// needs the context to be current on the calling thread. Failures are <see cref="CudaException"/>.
/// </summary>
public unsafe interface ICudaDriver
{
    /// <summary>Name of the binding, for messages.</summary>
    string Name { get; }

    /// <summary>Loads and starts the driver.</summary>
    /// <exception cref="DllNotFoundException">There is no CUDA driver on this machine.</exception>
    void Initialize();

    /// <summary>CUDA version that the driver is for, as 1000 · major + 10 · minor.</summary>
    int Version();

    /// <summary>Devices.</summary>
    int DeviceCount();

    /// <summary>Name of a device.</summary>
    string DeviceName(int ordinal);

    /// <summary>A number of a device.</summary>
    int Attribute(CudaAttribute attribute, int ordinal);

    /// <summary>The primary context of a device, which libtorch uses, too.</summary>
    nint RetainPrimaryContext(int ordinal);

    /// <summary>Makes a context current on the calling thread.</summary>
    void SetCurrent(nint context);

    /// <summary>Loads a module from a fatbin, a cubin or zero-terminated PTX.</summary>
    /// <exception cref="CudaException">The driver refuses it; the message ends with the first line of its log.</exception>
    nint LoadModule(ReadOnlySpan<byte> image);

    /// <summary>A kernel of a module.</summary>
    nint Function(nint module, string name);

    /// <summary>A variable of a module.</summary>
    nint Global(nint module, string name, out long bytes);

    /// <summary>Lets a kernel have so much dynamic shared memory.</summary>
    void AllowSharedBytes(nint function, int bytes);

    /// <summary>Blocks of a kernel that one multiprocessor holds at a time.</summary>
    int BlocksPerMultiprocessor(nint function, int threads, int sharedBytes);

    /// <summary>Queues a kernel with one argument, a struct.</summary>
    void Launch(nint function, int blocks, int threads, int sharedBytes, nint stream, void* argument);

    /// <summary>Free and all bytes of the device.</summary>
    (long Free, long Total) MemoryInfo();

    /// <summary>Device memory, aligned to at least 256 bytes.</summary>
    /// <exception cref="CudaOutOfMemoryException">There is not enough.</exception>
    nint Allocate(long bytes);

    /// <summary>Frees device memory.</summary>
    void Free(nint memory);

    /// <summary>Host memory that copies need not wait for.</summary>
    nint AllocatePinned(long bytes);

    /// <summary>Frees it.</summary>
    void FreePinned(nint memory);

    /// <summary>Queues a copy to the device.</summary>
    void CopyToDevice(nint to, void* from, long bytes, nint stream);

    /// <summary>Queues a copy to the host.</summary>
    void CopyToHost(void* to, nint from, long bytes, nint stream);

    /// <summary>Queues setting bytes.</summary>
    void Set(nint memory, byte value, long bytes, nint stream);

    /// <summary>Waits for everything queued on a stream; 0 is the default stream, torch's.</summary>
    void Synchronize(nint stream);

    /// <summary>A stream beside the default one, that does not wait for it.</summary>
    nint CreateStream();

    /// <summary>Destroys a stream.</summary>
    void DestroyStream(nint stream);

    /// <summary>An event that keeps its time.</summary>
    nint CreateEvent();

    /// <summary>Destroys an event.</summary>
    void DestroyEvent(nint handle);

    /// <summary>Queues an event.</summary>
    void Record(nint handle, nint stream);

    /// <summary>Milliseconds from one event, which has come, to another.</summary>
    float Elapsed(nint from, nint to);

    /// <summary>From here on what is queued on a stream is kept instead of run.</summary>
    void BeginCapture(nint stream);

    /// <summary>Ends that; the graph can be launched any number of times.</summary>
    nint EndCapture(nint stream);

    /// <summary>Queues a graph.</summary>
    void LaunchGraph(nint graph, nint stream);

    /// <summary>Destroys a graph.</summary>
    void DestroyGraph(nint graph);

    /// <summary>Writes the 128 bytes that describe a matrix of 16-bit numbers to the tensor memory accelerator.</summary>
    /// <param name="map">128 bytes, aligned to 64, on the host.</param>
    /// <param name="matrix">[rows, columns] on the device.</param>
    /// <param name="columns">A multiple of 8.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="boxColumns">64: 128 bytes, swizzled.</param>
    /// <param name="boxRows">Rows of a box.</param>
    void EncodeTensorMap(void* map, nint matrix, long columns, long rows, int boxColumns, int boxRows);
}

/// <summary>Numbers of a device (CUdevice_attribute).</summary>
public enum CudaAttribute
{
    /// <summary>Multiprocessors.</summary>
    MultiprocessorCount = 16,

    /// <summary>Major number of the compute capability.</summary>
    CapabilityMajor = 75,

    /// <summary>Minor number of the compute capability.</summary>
    CapabilityMinor = 76,

    /// <summary>Most shared memory that a block can be allowed.</summary>
    SharedBytesPerBlock = 97,
}
