using System.CommandLine;
using System.Globalization;
using Migrate.Models;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Cli.Commands;

/// <summary>The options of every command that runs a model, and what they stand for.</summary>
internal sealed class ModelOptions
{
    public Option<string?> Model { get; } = new("--model", "-m")
    {
        Description = "Checkpoint folder; without it the weights that come with the program.",
        HelpName = "folder",
    };

    public Option<string> DType { get; } = Choice(
        "--dtype", "Precision to compute in; the half-width ones only with the cpu backend.", "float32", "float64", "bfloat16", "float16");

    public Option<string> Device { get; } = Choice("--device", "Device to compute on; auto takes CUDA where libtorch has it.", "auto", "cpu", "cuda");

    public Option<string> Backend { get; } = Choice("--backend", "What runs the network: native kernels or plain torch.", "auto", "cpu", "torch");

    public Option<int> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; 0 for one per processor.",
        HelpName = "n",
    };

    public Option<int> BatchMemory { get; } = new("--batch-memory")
    {
        Description = "Memory that a batch may use; a structure that needs more is a batch alone.",
        DefaultValueFactory = _ => 128,
        HelpName = "MiB",
    };

    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            HelpName = string.Join('|', values),
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(Model);
        command.Options.Add(DType);
        command.Options.Add(Device);
        command.Options.Add(Backend);
        command.Options.Add(Threads);
        command.Options.Add(BatchMemory);
    }

    /// <summary>Loads the model and says aloud what runs it and why.</summary>
    public LoadedModel Load(ParseResult parsed, Streams streams)
    {
        MemoryAllocator.ReturnFreedMemory();
        var files = parsed.GetValue(Model) is { } folder ? CheckpointFiles.Read(folder) : DefaultModel.Read();
        var dtype = parsed.GetValue(DType)!;
        var threads = parsed.GetValue(Threads);
        if (threads is < 0 or > 1024)
        {
            throw new UsageException("--threads must be 0 to 1024");
        }

        if (parsed.GetValue(BatchMemory) is < 1 or > 1 << 20)
        {
            throw new UsageException("--batch-memory must be 1 to 1048576 MiB");
        }

        var (runner, reason) = UseTorch(parsed) ? LoadTorch(parsed, files, dtype, threads) : Compile(files, dtype, threads);
        var model = files.Config.Model;
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"model {files.Name}: ALIGNN {model.AlignnLayers}+{model.GcnLayers}, hidden {model.HiddenFeatures}; {runner.Name} ({reason}), {dtype}"));
        return new LoadedModel(files, runner, dtype, (long)parsed.GetValue(BatchMemory) << 20);
    }

    // The native kernels unless torch was named, or a device that only torch reaches.
    private bool UseTorch(ParseResult parsed) =>
        parsed.GetValue(Backend) == "torch" || (parsed.GetValue(Backend) == "auto" && parsed.GetValue(Device) == "cuda");

    private (IBandModel Runner, string Reason) LoadTorch(ParseResult parsed, CheckpointFiles files, string dtype, int threads)
    {
        if (dtype is not ("float32" or "float64"))
        {
            throw new UsageException($"--dtype {dtype} needs --backend cpu");
        }

        var device = TorchRuntime.SelectDevice(parsed.GetValue(Device)!, out var reason);
        if (threads > 0)
        {
            set_num_threads(threads);
        }

        return (new TorchBandModel(Checkpoint.Load(files, dtype == "float64" ? ScalarType.Float64 : ScalarType.Float32, device)), reason);
    }

    private static (IBandModel Runner, string Reason) Compile(CheckpointFiles files, string dtype, int threads)
    {
        var precision = dtype switch
        {
            "float64" => Precision.Float64,
            "bfloat16" => Precision.BFloat16,
            "float16" => Precision.Float16,
            _ => Precision.Float32,
        };
        return (files.Compile(new InferenceOptions { Precision = precision, Threads = threads }), "native kernels");
    }
}
