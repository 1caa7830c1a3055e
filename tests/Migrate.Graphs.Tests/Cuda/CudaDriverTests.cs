using Migrate.Native.Cuda;
using Migrate.Testing;

namespace Migrate.Graphs.Tests.Cuda;

/// <summary>The binding to the CUDA driver, on the GPU or the emulated one.</summary>
[Collection(nameof(OneGpu))]
public unsafe class CudaDriverTests
{
    private static CudaDevice Device()
    {
        EmulatedGpu.Require();
        CudaRuntime.Device.MakeCurrent();
        return CudaRuntime.Device;
    }

    [Fact]
    public void A_kernel_fills_memory_and_a_graph_does_it_again()
    {
        var device = Device();
        var kernel = new CudaKernel<CudaFillArguments>(device, CudaFillArguments.Launch);
        using var buffer = device.Memory.Rent(1000 * sizeof(uint));
        var stream = device.Driver.CreateStream();
        var fill = new CudaFillArguments { Out = (uint*)buffer.Pointer, N = 1000, Value = 7 };
        kernel.Launch(fill, kernel.ResidentBlocks(), stream);
        Assert.Equal(Enumerable.Repeat(7u, 1000), Read(device, buffer, stream));
        device.Driver.BeginCapture(stream);
        kernel.Launch(fill with { Value = 9 }, 1, stream);
        var graph = device.Driver.EndCapture(stream);
        Assert.Equal(Enumerable.Repeat(7u, 1000), Read(device, buffer, stream));
        device.Driver.LaunchGraph(graph, stream);
        Assert.Equal(Enumerable.Repeat(9u, 1000), Read(device, buffer, stream));
        device.Driver.Set(buffer.Pointer, 0xFF, buffer.Bytes, stream);
        device.Driver.LaunchGraph(graph, stream);
        Assert.Equal(Enumerable.Repeat(9u, 1000), Read(device, buffer, stream));
        device.Driver.DestroyGraph(graph);
        device.Driver.DestroyStream(stream);
    }

    [Fact]
    public void Events_tell_the_time_between_them()
    {
        var driver = Device().Driver;
        var (from, to) = (driver.CreateEvent(), driver.CreateEvent());
        driver.Record(from, 0);
        driver.Record(to, 0);
        driver.Synchronize(0);
        Assert.InRange(driver.Elapsed(from, to), 0, 10_000);
        driver.DestroyEvent(from);
        driver.DestroyEvent(to);
    }

    [Fact]
    public void Failures_name_the_call_and_the_error()
    {
        var device = Device();
        var missing = Assert.Throws<CudaException>(() => new CudaKernel<CudaFillArguments>(device, "migrate_no_such_kernel"));
        Assert.Contains("migrate_no_such_kernel", missing.Message, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_NOT_FOUND", missing.Message, StringComparison.Ordinal);
        Assert.Equal(500, missing.Error);
        var kernel = new CudaKernel<CudaFillArguments>(device, CudaFillArguments.Launch);
        Assert.ThrowsAny<CudaException>(() => kernel.ResidentBlocks(1 << 20));
    }

    [Fact]
    public void Kernels_of_other_sources_are_refused()
    {
        uint[] empty = [], old = [0, 0], fewer = [1, 1, 24];
        foreach (var layout in new[] { empty, old, fewer })
        {
            var refused = Assert.Throws<CudaException>(() => CudaLayout.Require(layout, "migrate.sm_80.ptx"));
            Assert.StartsWith("migrate.sm_80.ptx: the kernels have", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_module_fits_the_device()
    {
        var device = Device();
        Assert.StartsWith("migrate.sm_", device.KernelModule, StringComparison.Ordinal);
        Assert.Equal(device.Capability == 90, device.Module.HasHopper);
        Assert.InRange(device.FreeBytes, 1, device.TotalBytes);
        Assert.True(device.Multiprocessors > 0 && device.SharedBytesPerBlock >= 48 * 1024);
    }

    private static uint[] Read(CudaDevice device, DeviceBuffer buffer, nint stream)
    {
        var values = new uint[buffer.Bytes / sizeof(uint)];
        fixed (uint* to = values)
        {
            device.Driver.CopyToHost(to, buffer.Pointer, buffer.Bytes, stream);
            device.Driver.Synchronize(stream);
        }

        return values;
    }
}
