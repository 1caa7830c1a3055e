using System.CommandLine;
using System.Runtime.InteropServices;
using Migrate.Graphs;
using Migrate.Native;
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
        + (NativeProcessorInfo.HasBFloat16Dot ? NativeProcessorInfo.BFloat16Pays ? ", bf16 pairs" : ", bf16 pairs (slower than float32 here, not used)" : "");

    private static int Run(Streams streams)
    {
        TorchRuntime.EnsureLoaded();
        var cuda = torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s)" : "none (CPU build of libtorch, or no GPU)";
        (string Name, string Value)[] lines =
        [
            ("migrate", typeof(InfoCommand).Assembly.GetName().Version!.ToString(3)),
            (".NET", RuntimeInformation.FrameworkDescription),
            ("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors"),
            ("TorchSharp", typeof(torch).Assembly.GetName().Version!.ToString(3)),
            ("torch threads", $"{torch.get_num_threads()}"),
            ("CUDA", cuda),
            ("graph kernels", new CpuGraphKernels().Name),
            ("convolution backends", "cpu (native), torch"),
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
