using System.Runtime.InteropServices;
using System.Text;
using ManagedCuda.BasicTypes;
using Migrate.Native.Cuda;
using Driver = ManagedCuda.DriverAPINativeMethods;

namespace Migrate.ManagedCuda;

/// <summary>The driver through ManagedCuda. Chosen with the environment variable MIGRATE_CUDA_BINDING=managedcuda.</summary>
public sealed unsafe class ManagedCudaDriver : ICudaDriver
{
    /// <inheritdoc/>
    public string Name => "ManagedCuda";

    /// <inheritdoc/>
    public void Initialize() => Check(Driver.cuInit(CUInitializationFlags.None), nameof(Driver.cuInit));

    /// <inheritdoc/>
    public int Version()
    {
        var version = 0;
        Check(Driver.cuDriverGetVersion(ref version), nameof(Driver.cuDriverGetVersion));
        return version;
    }

    /// <inheritdoc/>
    public int DeviceCount()
    {
        var count = 0;
        Check(Driver.DeviceManagement.cuDeviceGetCount(ref count), "cuDeviceGetCount");
        return count;
    }

    /// <inheritdoc/>
    public string DeviceName(int ordinal)
    {
        var text = new byte[256];
        Check(Driver.DeviceManagement.cuDeviceGetName(text, text.Length, Device(ordinal)), "cuDeviceGetName");
        fixed (byte* bytes = text)
        {
            return Marshal.PtrToStringUTF8((nint)bytes)!;
        }
    }

    /// <inheritdoc/>
    public int Attribute(CudaAttribute attribute, int ordinal)
    {
        var value = 0;
        Check(Driver.DeviceManagement.cuDeviceGetAttribute(ref value, (CUDeviceAttribute)(int)attribute, Device(ordinal)), "cuDeviceGetAttribute");
        return value;
    }

    /// <inheritdoc/>
    public nint RetainPrimaryContext(int ordinal)
    {
        CUcontext context = default;
        Check(Driver.ContextManagement.cuDevicePrimaryCtxRetain(ref context, Device(ordinal)), "cuDevicePrimaryCtxRetain");
        return context.Pointer;
    }

    /// <inheritdoc/>
    public void SetCurrent(nint context) =>
        Check(Driver.ContextManagement.cuCtxSetCurrent(new CUcontext { Pointer = context }), "cuCtxSetCurrent");

    /// <inheritdoc/>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        CUmodule module = default;
        var log = new byte[8192];
        fixed (byte* text = log)
        {
            CUJITOption[] options = [CUJITOption.ErrorLogBuffer, CUJITOption.ErrorLogBufferSizeBytes];
            var result = Driver.ModuleManagement.cuModuleLoadDataEx(ref module, image.ToArray(), 2, options, [(nint)text, log.Length]);
            var said = Encoding.UTF8.GetString(log).TrimEnd('\0').Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
            Check(result, $"cuModuleLoadDataEx{(said.Length > 0 ? $" ({said})" : "")}");
            return module.Pointer;
        }
    }

    /// <inheritdoc/>
    public nint Function(nint module, string name)
    {
        CUfunction function = default;
        Check(Driver.ModuleManagement.cuModuleGetFunction(ref function, new CUmodule { Pointer = module }, name), $"cuModuleGetFunction ({name})");
        return function.Pointer;
    }

    /// <inheritdoc/>
    public nint Global(nint module, string name, out long bytes)
    {
        CUdeviceptr address = default;
        SizeT size = 0;
        Check(Driver.ModuleManagement.cuModuleGetGlobal_v2(ref address, ref size, new CUmodule { Pointer = module }, name), $"cuModuleGetGlobal ({name})");
        bytes = (long)size;
        return Number(address);
    }

    /// <inheritdoc/>
    public void AllowSharedBytes(nint function, int bytes) => Check(
        Driver.FunctionManagement.cuFuncSetAttribute(new CUfunction { Pointer = function }, CUFunctionAttribute.MaxDynamicSharedSizeBytes, bytes),
        "cuFuncSetAttribute");

    /// <inheritdoc/>
    public int BlocksPerMultiprocessor(nint function, int threads, int sharedBytes)
    {
        var blocks = 0;
        Check(
            Driver.Occupancy.cuOccupancyMaxActiveBlocksPerMultiprocessor(ref blocks, new CUfunction { Pointer = function }, threads, sharedBytes),
            "cuOccupancyMaxActiveBlocksPerMultiprocessor");
        return blocks;
    }

    /// <inheritdoc/>
    public void Launch(nint function, int blocks, int threads, int sharedBytes, nint stream, void* argument) => Check(
        Driver.Launch.cuLaunchKernel(
            new CUfunction { Pointer = function }, (uint)blocks, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, Stream(stream), [(nint)argument], null!),
        "cuLaunchKernel");

    /// <inheritdoc/>
    public (long Free, long Total) MemoryInfo()
    {
        SizeT free = 0, total = 0;
        Check(Driver.MemoryManagement.cuMemGetInfo_v2(ref free, ref total), "cuMemGetInfo");
        return ((long)free, (long)total);
    }

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        CUdeviceptr memory = default;
        Check(Driver.MemoryManagement.cuMemAlloc_v2(ref memory, bytes), $"cuMemAlloc ({bytes >> 20} MiB)");
        return Number(memory);
    }

    /// <inheritdoc/>
    public void Free(nint memory) => Check(Driver.MemoryManagement.cuMemFree_v2(Pointer(memory)), "cuMemFree");

    /// <inheritdoc/>
    public nint AllocatePinned(long bytes)
    {
        nint memory = 0;
        Check(Driver.MemoryManagement.cuMemHostAlloc(ref memory, bytes, 0), $"cuMemHostAlloc ({bytes >> 20} MiB)");
        return memory;
    }

    /// <inheritdoc/>
    public void FreePinned(nint memory) => Check(Driver.MemoryManagement.cuMemFreeHost(memory), "cuMemFreeHost");

    /// <inheritdoc/>
    public void CopyToDevice(nint to, void* from, long bytes, nint stream) =>
        Check(Driver.AsynchronousMemcpy_v2.cuMemcpyHtoDAsync_v2(Pointer(to), (nint)from, bytes, Stream(stream)), "cuMemcpyHtoDAsync");

    /// <inheritdoc/>
    public void CopyToHost(void* to, nint from, long bytes, nint stream) =>
        Check(Driver.AsynchronousMemcpy_v2.cuMemcpyDtoHAsync_v2((nint)to, Pointer(from), bytes, Stream(stream)), "cuMemcpyDtoHAsync");

    /// <inheritdoc/>
    public void Set(nint memory, byte value, long bytes, nint stream) =>
        Check(Driver.MemsetAsync.cuMemsetD8Async(Pointer(memory), value, bytes, Stream(stream)), "cuMemsetD8Async");

    /// <inheritdoc/>
    public void Synchronize(nint stream) => Check(Driver.Streams.cuStreamSynchronize(Stream(stream)), "cuStreamSynchronize");

    /// <inheritdoc/>
    public nint CreateStream()
    {
        CUstream stream = default;
        Check(Driver.Streams.cuStreamCreate(ref stream, CUStreamFlags.NonBlocking), "cuStreamCreate");
        return stream.Pointer;
    }

    /// <inheritdoc/>
    public void DestroyStream(nint stream) => Check(Driver.Streams.cuStreamDestroy_v2(Stream(stream)), "cuStreamDestroy");

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        CUevent handle = default;
        Check(Driver.Events.cuEventCreate(ref handle, CUEventFlags.Default), "cuEventCreate");
        return handle.Pointer;
    }

    /// <inheritdoc/>
    public void DestroyEvent(nint handle) => Check(Driver.Events.cuEventDestroy_v2(new CUevent { Pointer = handle }), "cuEventDestroy");

    /// <inheritdoc/>
    public void Record(nint handle, nint stream) =>
        Check(Driver.Events.cuEventRecord(new CUevent { Pointer = handle }, Stream(stream)), "cuEventRecord");

    /// <inheritdoc/>
    public float Elapsed(nint from, nint to)
    {
        var milliseconds = 0f;
        Check(Driver.Events.cuEventElapsedTime(ref milliseconds, new CUevent { Pointer = from }, new CUevent { Pointer = to }), "cuEventElapsedTime");
        return milliseconds;
    }

    /// <inheritdoc/>
    public void BeginCapture(nint stream) =>
        Check(Driver.Streams.cuStreamBeginCapture(Stream(stream), CUstreamCaptureMode.Local), "cuStreamBeginCapture");

    /// <inheritdoc/>
    public nint EndCapture(nint stream)
    {
        CUgraph graph = default;
        CUgraphExec executable = default;
        Check(Driver.Streams.cuStreamEndCapture(Stream(stream), ref graph), "cuStreamEndCapture");
        var result = Driver.GraphManagment.cuGraphInstantiate(ref executable, graph, 0);
        _ = Driver.GraphManagment.cuGraphDestroy(graph);
        Check(result, "cuGraphInstantiateWithFlags");
        return executable.Pointer;
    }

    /// <inheritdoc/>
    public void LaunchGraph(nint graph, nint stream) =>
        Check(Driver.GraphManagment.cuGraphLaunch(new CUgraphExec { Pointer = graph }, Stream(stream)), "cuGraphLaunch");

    /// <inheritdoc/>
    public void DestroyGraph(nint graph) => Check(Driver.GraphManagment.cuGraphExecDestroy(new CUgraphExec { Pointer = graph }), "cuGraphExecDestroy");

    /// <inheritdoc/>
    /// <remarks>
    /// Through the program's own declaration, to the same driver: ManagedCuda passes a copy of the description that is not aligned to 64
    /// bytes, which the driver refuses.
    /// </remarks>
    public void EncodeTensorMap(void* map, nint matrix, long columns, long rows, int boxColumns, int boxRows) =>
        new DriverApi().EncodeTensorMap(map, matrix, columns, rows, boxColumns, boxRows);

    private static CUdevice Device(int ordinal)
    {
        CUdevice device = default;
        Check(Driver.DeviceManagement.cuDeviceGet(ref device, ordinal), "cuDeviceGet");
        return device;
    }

    private static CUstream Stream(nint stream) => new() { Pointer = stream };

    private static CUdeviceptr Pointer(nint memory) => new((SizeT)(long)memory);

    private static nint Number(CUdeviceptr pointer) => (nint)(long)pointer.Pointer;

    private static void Check(CUResult result, string call)
    {
        if (result == CUResult.Success)
        {
            return;
        }

        nint text = 0;
        var words = Driver.ErrorHandling.cuGetErrorString(result, ref text) == CUResult.Success ? Marshal.PtrToStringUTF8(text) : "unknown";
        var message = $"{call}: {result}: {words}";
        throw result == CUResult.ErrorOutOfMemory
            ? new CudaOutOfMemoryException(message)
            : new Native.Cuda.CudaException(message) { Error = (int)result };
    }
}
