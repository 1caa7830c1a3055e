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

    public Option<string> DType { get; } = Choice("--dtype", "Precision to compute in.", "float32", "float64");

    public Option<string> Device { get; } = Choice("--device", "Device to compute on; auto takes CUDA where libtorch has it.", "auto", "cpu", "cuda");

    public Option<string> Backend { get; } = Choice("--backend", "Kernels of the convolutions; this build has torch.", "auto", "torch");

    public Option<int> Threads { get; } = new("--threads")
    {
        Description = "Torch threads; 0 leaves torch's choice.",
        HelpName = "n",
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
    }

    /// <summary>Loads the model and says aloud on which device and backend it runs.</summary>
    public Checkpoint Load(ParseResult parsed, Streams streams)
    {
        MemoryAllocator.ReturnFreedMemory();
        if (parsed.GetValue(Threads) is > 0 and var threads)
        {
            set_num_threads(threads);
        }

        var dtype = parsed.GetValue(DType) == "float64" ? ScalarType.Float64 : ScalarType.Float32;
        var device = TorchRuntime.SelectDevice(parsed.GetValue(Device)!, out var reason);
        var checkpoint = parsed.GetValue(Model) is { } folder
            ? Checkpoint.Load(folder, dtype, device)
            : DefaultModel.Load(dtype, device);
        var model = checkpoint.Config.Model;
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"model {checkpoint.Name}: ALIGNN {model.AlignnLayers}+{model.GcnLayers}, hidden {model.HiddenFeatures}; "
            + $"torch backend on {device.type.ToString().ToLowerInvariant()} ({reason}), {parsed.GetValue(DType)}"));
        return checkpoint;
    }
}
