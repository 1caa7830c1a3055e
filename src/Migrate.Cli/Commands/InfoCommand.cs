using System.CommandLine;
using System.Runtime.InteropServices;
using Migrate.Graphs;
using Migrate.Native;
using Migrate.Native.Cuda;
using TorchSharp;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate info</c>: versions, devices and backends, one per line.</summary>
internal static class InfoCommand
{
    public static Command Create(Streams streams)
    {
        var command = new Command("info", "Versions, devices and backends.");
        command.SetAction(_ => Run(streams));
        return command;
    }

    private static string Instructions() =>
        NativeProcessorInfo.InstructionSet
        + (NativeProcessorInfo.HasFloat16Math ? ", fp16 products" : "")
        + (NativeProcessorInfo.HasBFloat16Dot ? ", bf16 pairs (not used: too coarse)" : "");

    private static IEnumerable<(string Name, string Value)> Gpu()
    {
        if (CudaRuntime.FindProblem() is { } problem)
        {
            return [("CUDA kernels", problem)];
        }

        var (device, memory) = (CudaRuntime.Device, CudaRuntime.Device.Memory.Counts);
        return
        [
            ("CUDA kernels", $"{device.KernelModule} by {device.Binding}"),
            ("GPU", $"{device.Name}, compute capability {device.Capability / 10}.{device.Capability % 10}, {device.Multiprocessors} multiprocessors"),
            ("GPU memory", $"{device.TotalBytes >> 20} MiB, {device.FreeBytes >> 20} MiB free"),
            ("GPU memory pool", $"{memory.Used} bytes used, {memory.Kept} kept of at most {device.Memory.KeepAtMost}, {memory.Allocations} allocations, {memory.Reuses} reuses"),
        ];
    }

    private static int Run(Streams streams)
    {
        TorchRuntime.EnsureLoaded();
        var torchCuda = torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s)" : "none (CPU build of libtorch, or no GPU)";
        (string Name, string Value)[] lines =
        [
            ("migrate", typeof(InfoCommand).Assembly.GetName().Version!.ToString(3)),
            (".NET", RuntimeInformation.FrameworkDescription),
            ("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors"),
            ("TorchSharp", typeof(torch).Assembly.GetName().Version!.ToString(3)),
            ("torch threads", $"{torch.get_num_threads()}"),
            ("CUDA in libtorch", torchCuda),
            .. Gpu(),
            ("graph kernels", new CpuGraphKernels().Name),
            ("Voronoi cells", NativeLibraryInfo.Capabilities.HasFlag(NativeCapabilities.Voronoi) ? "Voro++" : "none (built without Voro++)"),
            ("space groups", NativeLibraryInfo.Capabilities.HasFlag(NativeCapabilities.Symmetry) ? "spglib" : "none (built without spglib)"),
            ("convolution backends", CudaRuntime.FindProblem() is null ? "cuda, cpu (native), torch" : "cpu (native), torch"),
            ("vector instructions", Instructions()),
            ("kernel threads", $"{NativeProcessorInfo.DefaultThreads}"),
        ];
        foreach (var (name, value) in lines)
        {
            streams.Output.WriteLine($"{name,-22}{value}");
        }

        return ExitCode.Success;
    }
}
