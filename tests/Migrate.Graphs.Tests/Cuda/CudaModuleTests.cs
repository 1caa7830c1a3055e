using System.Runtime.CompilerServices;
using Migrate.Native.Cuda;
using Migrate.Testing;

namespace Migrate.Graphs.Tests.Cuda;

/// <summary>Which module a device gets, and what its kernels and buffers share, on the GPU or the emulated one.</summary>
[Collection(nameof(OneGpu))]
public unsafe class CudaModuleTests
{
    private const string Variable = "MIGRATE_CUDA_MODULES";

    [Fact]
    public void Two_descriptions_of_a_kernel_do_not_take_shared_memory_from_each_other()
    {
        var device = Device();
        using var buffer = device.Memory.Rent(16);
        var fill = new CudaFillArguments { Out = (uint*)buffer.Pointer, N = 4, Value = 7 };
        var wide = new CudaKernel<CudaFillArguments>(device, "migrate_fill_u32");
        wide.Launch(fill, 1, 0, sharedBytes: 100_000);
        new CudaKernel<CudaFillArguments>(device, "migrate_fill_u32").Launch(fill, 1, 0, sharedBytes: 60_000);
        wide.Launch(fill, 1, 0, sharedBytes: 100_000);
        device.Driver.Synchronize(0);
    }

    [Fact]
    public void A_module_that_the_driver_refuses_leaves_the_next_one()
    {
        var device = Device();
        Assert.SkipUnless(device.IsEmulated, "needs a driver that takes any text for kernels");
        WithModules(
            [("migrate.sm_90a.ptx", ""), ("migrate.sm_80.ptx", "kernels")],
            () => Assert.Equal("migrate.sm_80.ptx", CudaModule.Load(device).Name));
        WithModules([("migrate.sm_90a.ptx", ""), ("migrate.sm_80.ptx", "")], () =>
        {
            var refused = Assert.Throws<CudaException>(() => CudaModule.Load(device));
            Assert.Contains("(emulated: empty image)", refused.Message, StringComparison.Ordinal);
            Assert.Contains("CUDA_ERROR_INVALID_IMAGE", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Kernels_for_one_capability_are_enough_for_it_alone() => WithModules([("migrate.sm_90a.fatbin", "kernels")], () =>
    {
        Assert.Null(CudaModule.FindProblem(90));
        Assert.Contains("without CUDA kernels", CudaModule.FindProblem(80), StringComparison.Ordinal);
        Assert.Contains("without CUDA kernels", CudaModule.FindProblem(100), StringComparison.Ordinal);
    });

    [Fact]
    public void A_forgotten_buffer_that_cannot_be_freed_does_not_end_the_process()
    {
        var device = Device();
        Assert.SkipUnless(device.IsEmulated, "frees memory twice");
        var (limit, used) = (device.Memory.KeepAtMost, device.Memory.Counts.Used);
        try
        {
            device.Memory.Trim();
            device.Memory.KeepAtMost = 0;
            Forget(device);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal((used, 0), (device.Memory.Counts.Used, device.Memory.Counts.Kept));
        }
        finally
        {
            device.Memory.KeepAtMost = limit;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(CudaDevice device) => device.Driver.Free(device.Memory.Rent(100).Pointer);

    private static CudaDevice Device()
    {
        EmulatedGpu.Require();
        CudaRuntime.Device.MakeCurrent();
        _ = CudaRuntime.Device.KernelModule; // loaded before a test points elsewhere
        return CudaRuntime.Device;
    }

    private static void WithModules((string Name, string Text)[] files, Action test)
    {
        var before = Environment.GetEnvironmentVariable(Variable);
        var folder = Directory.CreateTempSubdirectory("migrate-modules-").FullName;
        try
        {
            Array.ForEach(files, file => File.WriteAllText(Path.Combine(folder, file.Name), file.Text));
            Environment.SetEnvironmentVariable(Variable, folder);
            test();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
            Directory.Delete(folder, recursive: true);
        }
    }
}
