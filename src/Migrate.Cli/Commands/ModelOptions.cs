using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Models;
using Migrate.Native;
using Migrate.Native.Cuda;
using static TorchSharp.torch;

namespace Migrate.Cli.Commands;

/// <summary>The options of every command that runs a model, and what they stand for.</summary>
internal sealed class ModelOptions
{
    private static readonly string[] FastestFirst = ["cuda", "cpu", "torch"];

    public Option<string?> Model { get; } = new("--model", "-m")
    {
        Description = "Checkpoint folder; without it the weights that come with the program.",
        HelpName = "folder",
    };

    public Option<string> DType { get; } = Choice(
        "--dtype",
        "Precision to compute in: float64 with cpu and torch, float16 with cpu, bfloat16 with cpu and cuda, tf32 with cuda.",
        "float32", "float64", "bfloat16", "float16", "tf32");

    public Option<string> Device { get; } = Choice(
        "--device", "Device of the torch backend; auto takes CUDA where libtorch has it.", "auto", "cpu", "cuda");

    public Option<string> Backend { get; } = Choice(
        "--backend", "What runs the network: CUDA kernels, kernels for the processor, or plain torch; auto takes the fastest there is.", "auto", "cpu", "cuda", "torch");

    public Option<int> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; 0 for one per processor.",
        HelpName = "n",
    };

    public Option<int?> BatchMemory { get; } = new("--batch-memory")
    {
        Description = "Memory that a batch may use; a structure that needs more is a batch alone. Without it 128, or on a GPU up to half of what is free.",
        HelpName = "MiB",
    };

    /// <summary>Of commands that predict paths.</summary>
    public Option<string?> Potential { get; } = new("--potential", "-p")
    {
        Description = "Folder of an interatomic potential (see `migrate potentials`): relax the band of every path with it first, seconds a path, for a better barrier.",
        HelpName = "folder",
    };

    /// <summary>Whether every setting is put to what the published code does.</summary>
    public static Option<string> Policy() => Choice(
        "--policy", "Settings: published puts every one to what the published code does, whatever the configuration says; options given beside it win.",
        "default", "published");

    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            HelpName = string.Join('|', values),
        };
        option.CompletionSources.Add(values);
        // In one line, which the library's own check does not do.
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !values.Contains(t.Value)))
            {
                result.AddError($"{name} {token.Value}: must be one of {string.Join(", ", values)}");
            }
        });
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

    /// <summary>What relaxes bands, where that is asked for; says so aloud.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model that predicts with them.</param>
    /// <param name="streams">Told which potential it is.</param>
    public PotentialBands? Bands(ParseResult parsed, LoadedModel model, Streams streams)
    {
        if (parsed.GetValue(Potential) is not { } folder)
        {
            return null;
        }

        var bands = PotentialBands.Open(folder, model.Files.Neb, TorchRuntime.SelectDevice(parsed.GetValue(Device)!, out _), parsed.GetValue(Threads));
        streams.Note($"bands relaxed with {bands.Name}; barriers from descriptors and these bands, by the model above only where there is no band");
        return bands;
    }

    /// <summary>Returns where there is a GPU that can be used.</summary>
    public static void RequireGpu()
    {
        if (CudaRuntime.FindProblem() is { } problem)
        {
            throw new InvalidInputException($"{problem}; use --backend cpu");
        }
    }

    /// <summary>Loads the model and says aloud what runs it and why.</summary>
    public LoadedModel Load(ParseResult parsed, Streams streams)
    {
        MemoryAllocator.ReturnFreedMemory();
        var files = parsed.GetValue(Model) is { } folder ? ModelFiles.Read(folder) : DefaultModel.Read();
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

        if (files.Trees is { } trees)
        {
            streams.Note($"model {files.Name}: {files.Config.Architecture}, {trees.Info.Trees} trees over {trees.Info.Descriptors.Count} descriptors");
            return new LoadedModel(new BarrierModel(files, []), "float64", BatchBytes(parsed, "cpu"));
        }

        var (backend, reason) = ChooseBackend(parsed, dtype, files.Networks[0]);
        List<IBandModel> runners = [];
        foreach (var network in files.Networks)
        {
            runners.Add(backend switch
            {
                "torch" => LoadTorch(parsed, network, dtype, threads, ref reason),
                "network" => LoadNetwork(network, dtype, threads),
                "cuda" => CompileCuda(network, dtype, streams),
                _ => CompileCpu(network, dtype, threads),
            });
        }

        var model = files.Config.Model;
        var members = files.Networks.Count > 1 ? $"{files.Networks.Count} × " : "";
        var descriptors = files.Descriptors is null ? "" : " and descriptors";
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"model {files.Name}: {members}ALIGNN {model.AlignnLayers}+{model.GcnLayers}, hidden {model.HiddenFeatures}{descriptors}; {runners[0].Name} ({reason}), {dtype}"));
        return new LoadedModel(new BarrierModel(files, runners), dtype, BatchBytes(parsed, backend));
    }

    // What runs the network, and why nothing faster.
    private (string Backend, string Reason) ChooseBackend(ParseResult parsed, string dtype, CheckpointFiles files)
    {
        var wish = parsed.GetValue(Backend)!;
        if (!files.CanCompile && wish != "torch" && parsed.GetValue(Device) != "cuda")
        {
            return ChooseNetwork(wish, dtype, files);
        }

        if (wish == "auto" && parsed.GetValue(Device) == "cuda")
        {
            return ("torch", "for --device cuda; --backend cuda is faster");
        }

        if (wish == "cuda")
        {
            RequireGpu();
        }

        if (wish is "cuda" or "cpu" or "torch")
        {
            string[] fitting = [.. FastestFirst.Where(backend => Fits(backend, dtype))];
            return fitting.Contains(wish)
                ? (wish, "asked for")
                : throw new UsageException($"--dtype {dtype} does not go with --backend {wish}; it goes with --backend {string.Join(" or ", fitting)}");
        }

        var why = !Fits("cuda", dtype) ? $"no CUDA kernels for {dtype}"
            : CudaRuntime.FindProblem() ?? (CudaRuntime.Device.IsEmulated ? "the GPU is an emulated one" : null);
        return why is null ? ("cuda", "found a GPU")
            : Fits("cpu", dtype) ? ("cpu", $"native kernels; {why}")
            : throw new InvalidInputException($"--dtype {dtype} needs a GPU: {why}");
    }

    // What is not compiled runs as it is built for training, with the native kernels under it.
    private static (string Backend, string Reason) ChooseNetwork(string wish, string dtype, CheckpointFiles files)
    {
        var what = files.Config.Model.Outputs == 1 ? files.Config.Architecture : $"{files.Config.Model.Outputs} outputs";
        return wish == "cuda" ? throw new InvalidInputException($"--backend cuda has no kernels for {what}, only for model3; use --backend cpu")
            : Fits("torch", dtype) ? ("network", $"native kernels; no compiled plan for {what}")
            : throw new UsageException($"--dtype {dtype} does not go with {what}; it runs in float32 or float64");
    }

    private static bool Fits(string backend, string dtype) => backend switch
    {
        "cuda" => dtype is "float32" or "bfloat16" or "tf32",
        "torch" => dtype is "float32" or "float64",
        _ => dtype != "tf32",
    };

    // On a GPU large batches, but no larger than pays: beyond some gigabytes the device is busy anyway.
    private long BatchBytes(ParseResult parsed, string backend)
    {
        const long Default = 128L << 20, MostOnGpu = 4L << 30;
        return (long?)parsed.GetValue(BatchMemory) << 20
            ?? (backend == "cuda" ? Math.Clamp(CudaRuntime.Device.FreeBytes / 2, Default, MostOnGpu) : Default);
    }

    private TorchBandModel LoadTorch(ParseResult parsed, CheckpointFiles files, string dtype, int threads, ref string reason)
    {
        var device = TorchRuntime.SelectDevice(parsed.GetValue(Device)!, out reason);
        if (threads > 0)
        {
            set_num_threads(threads);
        }

        return new TorchBandModel(Checkpoint.Load(files, dtype == "float64" ? ScalarType.Float64 : ScalarType.Float32, device));
    }

    private static TorchBandModel LoadNetwork(CheckpointFiles files, string dtype, int threads)
    {
        TorchRuntime.EnsureLoaded();
        if (threads > 0)
        {
            set_num_threads(threads);
        }

        var type = dtype == "float64" ? ScalarType.Float64 : ScalarType.Float32;
        return new TorchBandModel(Checkpoint.Load(files, type, CPU, new CpuConvolutionKernels(threads)));
    }

    private static CudaInferencePlan CompileCuda(CheckpointFiles files, string dtype, Streams streams)
    {
        try
        {
            var plan = files.CompileCuda(new InferenceOptions { Precision = PrecisionOf(dtype) });
            plan.Notice = streams.Note;
            return plan;
        }
        catch (Exception e) when (e is ArgumentException or CudaException)
        {
            throw new InvalidInputException($"the cuda backend cannot run this model: {e.Message.Split('\n')[0]}");
        }
    }

    private static InferencePlan CompileCpu(CheckpointFiles files, string dtype, int threads) =>
        files.Compile(new InferenceOptions { Precision = PrecisionOf(dtype), Threads = threads });

    private static Precision PrecisionOf(string dtype) => dtype switch
    {
        "float64" => Precision.Float64,
        "bfloat16" => Precision.BFloat16,
        "float16" => Precision.Float16,
        "tf32" => Precision.TensorFloat32,
        _ => Precision.Float32,
    };
}
