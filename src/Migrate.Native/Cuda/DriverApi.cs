using System.Runtime.InteropServices;
using System.Text;
using static Migrate.Native.Cuda.CudaMethods;

namespace Migrate.Native.Cuda;

/// <summary>The driver through this program's own declarations: the default binding.</summary>
public sealed unsafe class DriverApi : ICudaDriver
{
    /// <inheritdoc/>
    public string Name => "driver API";

    /// <inheritdoc/>
    public void Initialize() => Check(cuInit(0), nameof(cuInit));

    /// <inheritdoc/>
    public int Version()
    {
        Check(cuDriverGetVersion(out var version), nameof(cuDriverGetVersion));
        return version;
    }

    /// <inheritdoc/>
    public int DeviceCount()
    {
        Check(cuDeviceGetCount(out var count), nameof(cuDeviceGetCount));
        return count;
    }

    /// <inheritdoc/>
    public string DeviceName(int ordinal)
    {
        var text = stackalloc byte[256];
        Check(cuDeviceGetName(text, 256, Device(ordinal)), nameof(cuDeviceGetName));
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <inheritdoc/>
    public int Attribute(CudaAttribute attribute, int ordinal)
    {
        Check(cuDeviceGetAttribute(out var value, (int)attribute, Device(ordinal)), nameof(cuDeviceGetAttribute));
        return value;
    }

    /// <inheritdoc/>
    public nint RetainPrimaryContext(int ordinal)
    {
        Check(cuDevicePrimaryCtxRetain(out var context, Device(ordinal)), nameof(cuDevicePrimaryCtxRetain));
        return context;
    }

    /// <inheritdoc/>
    public void SetCurrent(nint context) => Check(cuCtxSetCurrent(context), nameof(cuCtxSetCurrent));

    /// <inheritdoc/>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        const int ErrorLog = 5, ErrorLogBytes = 6;
        var log = new byte[8192];
        fixed (byte* bytes = image, text = log)
        {
            var options = stackalloc int[] { ErrorLog, ErrorLogBytes };
            var values = stackalloc void*[] { text, (void*)(nint)log.Length };
            var error = cuModuleLoadDataEx(out var module, bytes, 2, options, values);
            if (error != 0)
            {
                var said = Encoding.UTF8.GetString(log).TrimEnd('\0').Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
                throw Failure(error, $"{nameof(cuModuleLoadDataEx)}{(said.Length > 0 ? $" ({said})" : "")}");
            }

            return module;
        }
    }

    /// <inheritdoc/>
    public nint Function(nint module, string name)
    {
        Check(cuModuleGetFunction(out var function, module, name), $"{nameof(cuModuleGetFunction)} ({name})");
        return function;
    }

    /// <inheritdoc/>
    public nint Global(nint module, string name, out long bytes)
    {
        Check(cuModuleGetGlobal(out var address, out var size, module, name), $"{nameof(cuModuleGetGlobal)} ({name})");
        bytes = (long)size;
        return address;
    }

    /// <inheritdoc/>
    public void AllowSharedBytes(nint function, int bytes)
    {
        const int MaxDynamicSharedBytes = 8;
        Check(cuFuncSetAttribute(function, MaxDynamicSharedBytes, bytes), nameof(cuFuncSetAttribute));
    }

    /// <inheritdoc/>
    public int BlocksPerMultiprocessor(nint function, int threads, int sharedBytes)
    {
        Check(
            cuOccupancyMaxActiveBlocksPerMultiprocessor(out var blocks, function, threads, (nuint)sharedBytes),
            nameof(cuOccupancyMaxActiveBlocksPerMultiprocessor));
        return blocks;
    }

    /// <inheritdoc/>
    public void Launch(nint function, int blocks, int threads, int sharedBytes, nint stream, void* argument) => Check(
        cuLaunchKernel(function, (uint)blocks, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, stream, &argument, null), nameof(cuLaunchKernel));

    /// <inheritdoc/>
    public (long Free, long Total) MemoryInfo()
    {
        Check(cuMemGetInfo(out var free, out var total), nameof(cuMemGetInfo));
        return ((long)free, (long)total);
    }

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        Check(cuMemAlloc(out var memory, (nuint)bytes), $"{nameof(cuMemAlloc)} ({bytes >> 20} MiB)");
        return memory;
    }

    /// <inheritdoc/>
    public void Free(nint memory) => Check(cuMemFree(memory), nameof(cuMemFree));

    /// <inheritdoc/>
    public nint AllocatePinned(long bytes)
    {
        Check(cuMemHostAlloc(out var memory, (nuint)bytes, 0), $"{nameof(cuMemHostAlloc)} ({bytes >> 20} MiB)");
        return memory;
    }

    /// <inheritdoc/>
    public void FreePinned(nint memory) => Check(cuMemFreeHost(memory), nameof(cuMemFreeHost));

    /// <inheritdoc/>
    public void CopyToDevice(nint to, void* from, long bytes, nint stream) =>
        Check(cuMemcpyHtoDAsync(to, from, (nuint)bytes, stream), nameof(cuMemcpyHtoDAsync));

    /// <inheritdoc/>
    public void CopyToHost(void* to, nint from, long bytes, nint stream) =>
        Check(cuMemcpyDtoHAsync(to, from, (nuint)bytes, stream), nameof(cuMemcpyDtoHAsync));

    /// <inheritdoc/>
    public void Set(nint memory, byte value, long bytes, nint stream) =>
        Check(cuMemsetD8Async(memory, value, (nuint)bytes, stream), nameof(cuMemsetD8Async));

    /// <inheritdoc/>
    public void Synchronize(nint stream) => Check(cuStreamSynchronize(stream), nameof(cuStreamSynchronize));

    /// <inheritdoc/>
    public nint CreateStream()
    {
        const uint NonBlocking = 1;
        Check(cuStreamCreate(out var stream, NonBlocking), nameof(cuStreamCreate));
        return stream;
    }

    /// <inheritdoc/>
    public void DestroyStream(nint stream) => Check(cuStreamDestroy(stream), nameof(cuStreamDestroy));

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        Check(cuEventCreate(out var handle, 0), nameof(cuEventCreate));
        return handle;
    }

    /// <inheritdoc/>
    public void DestroyEvent(nint handle) => Check(cuEventDestroy(handle), nameof(cuEventDestroy));

    /// <inheritdoc/>
    public void Record(nint handle, nint stream) => Check(cuEventRecord(handle, stream), nameof(cuEventRecord));

    /// <inheritdoc/>
    public float Elapsed(nint from, nint to)
    {
        Check(cuEventElapsedTime(out var milliseconds, from, to), nameof(cuEventElapsedTime));
        return milliseconds;
    }

    /// <inheritdoc/>
    public void BeginCapture(nint stream)
    {
        const int ThreadLocal = 1;
        Check(cuStreamBeginCapture(stream, ThreadLocal), nameof(cuStreamBeginCapture));
    }

    /// <inheritdoc/>
    public nint EndCapture(nint stream)
    {
        Check(cuStreamEndCapture(stream, out var graph), nameof(cuStreamEndCapture));
        var error = cuGraphInstantiateWithFlags(out var executable, graph, 0);
        _ = cuGraphDestroy(graph);
        Check(error, nameof(cuGraphInstantiateWithFlags));
        return executable;
    }

    /// <inheritdoc/>
    public void LaunchGraph(nint graph, nint stream) => Check(cuGraphLaunch(graph, stream), nameof(cuGraphLaunch));

    /// <inheritdoc/>
    public void DestroyGraph(nint graph) => Check(cuGraphExecDestroy(graph), nameof(cuGraphExecDestroy));

    /// <inheritdoc/>
    public void EncodeTensorMap(void* map, nint matrix, long columns, long rows, int boxColumns, int boxRows)
    {
        const int BFloat16 = 9, NoInterleave = 0, Swizzle128 = 3, Promote256 = 3, ZeroFill = 0;
        var sizes = stackalloc ulong[] { (ulong)columns, (ulong)rows };
        var strides = stackalloc ulong[] { 2 * (ulong)columns };
        var box = stackalloc uint[] { (uint)boxColumns, (uint)boxRows };
        var steps = stackalloc uint[] { 1, 1 };
        Check(
            cuTensorMapEncodeTiled(map, BFloat16, 2, matrix, sizes, strides, box, steps, NoInterleave, Swizzle128, Promote256, ZeroFill),
            nameof(cuTensorMapEncodeTiled));
    }

    private static int Device(int ordinal)
    {
        Check(cuDeviceGet(out var device, ordinal), nameof(cuDeviceGet));
        return device;
    }

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw Failure(error, call);
        }
    }

    private static CudaException Failure(int error, string call)
    {
        var name = cuGetErrorName(error, out var text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : $"error {error}";
        var words = cuGetErrorString(error, out text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : "unknown";
        var message = $"{call}: {name}: {words}";
        return error == CudaOutOfMemoryException.Code ? new CudaOutOfMemoryException(message) : new CudaException(message) { Error = error };
    }
}
