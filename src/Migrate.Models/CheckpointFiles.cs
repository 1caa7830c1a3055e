using System.Text.Json;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>
/// The three files of a checkpoint, read and checked: <c>model.safetensors</c> (upstream parameter names), <c>config.json</c>
/// (architecture, graph settings) and <c>scaler.json</c> (target statistics). Needs no libtorch.
/// </summary>
public sealed class CheckpointFiles
{
    private CheckpointFiles(string name, CheckpointConfig config, IReadOnlyList<TargetScaler> scalers, SafeTensorsFile weights) =>
        (Name, Config, Scalers, Weights) = (name, config, scalers, weights);

    /// <summary>Where it came from: a folder, or the name of embedded weights.</summary>
    public string Name { get; }

    /// <summary>Architecture and graph settings.</summary>
    public CheckpointConfig Config { get; }

    /// <summary>Target statistics of the first output, for most networks the only one.</summary>
    public TargetScaler Scaler => Scalers[0];

    /// <summary>Target statistics: one for each output, or one alone, that of the first, where those of the others are not known.</summary>
    public IReadOnlyList<TargetScaler> Scalers { get; }

    /// <summary>The properties that outputs stand for.</summary>
    /// <param name="outputs">[outputs] in scaled units.</param>
    /// <returns>[outputs] each in its own unit, or null where the scaling is not known.</returns>
    public IReadOnlyList<double>? Unscale(IReadOnlyList<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return Scalers.Count != outputs.Count || Scalers.All(scaler => scaler == TargetScaler.Identity)
            ? null
            : [.. outputs.Zip(Scalers, (output, scaler) => scaler.Unscale(output))];
    }

    /// <summary>Name of the weights file, for messages.</summary>
    public string WeightsName => Path.Combine(Name, Checkpoint.WeightsFile);

    /// <summary>Parameters and buffers.</summary>
    internal SafeTensorsFile Weights { get; }

    /// <summary>Reads a checkpoint folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static CheckpointFiles Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                $"no such folder; a model is a folder with {Checkpoint.WeightsFile}, {Checkpoint.ConfigFile} and {Checkpoint.ScalerFile}", folder);
        }

        return Read(folder, file => File.Exists(Path.Combine(folder, file)) ? File.OpenRead(Path.Combine(folder, file)) : null);
    }

    /// <summary>Reads a checkpoint from named streams, for weights that are embedded in a program.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="open">Opens one of the three files, or gives null where there is none.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static CheckpointFiles Read(string name, Func<string, Stream?> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var config = ReadFile(name, Checkpoint.ConfigFile, open, stream => JsonSerializer.Deserialize(stream, CheckpointJson.Default.CheckpointConfig));
        var scalers = ReadFile(name, Checkpoint.ScalerFile, open, ScalerFileText.Read);
        Check(name, config, scalers);
        var weightsName = Path.Combine(name, Checkpoint.WeightsFile);
        using var stream = open(Checkpoint.WeightsFile) ?? throw new InvalidInputException("is missing", weightsName);
        return new CheckpointFiles(name, config, scalers, SafeTensorsFile.Load(stream, weightsName));
    }

    /// <summary>Whether the network can be compiled: MODEL-3 with one output. The others run as they are built for training.</summary>
    public bool CanCompile => Config.Model is { Variant: AlignnVariant.Model3, Outputs: 1 };

    /// <summary>Compiles the network for prediction on the CPU.</summary>
    /// <param name="options">How to compute; null for float32 on all processors.</param>
    /// <exception cref="InvalidInputException">The weights do not fit the network.</exception>
    /// <exception cref="ArgumentException">The network cannot be compiled (<see cref="CanCompile"/>).</exception>
    public InferencePlan Compile(InferenceOptions? options = null) =>
        !CanCompile ? throw NotCompiled() : InferencePlan.Compile(Config.Model, ModelWeights.Read(Weights, WeightsName, Config.Model), options);

    /// <summary>Compiles the network for prediction on a GPU.</summary>
    /// <param name="options">How to compute; null for float32.</param>
    /// <exception cref="InvalidInputException">The weights do not fit the network.</exception>
    /// <exception cref="ArgumentException">The network or the precision is not for the CUDA kernels.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no GPU that can be used; the message says why.</exception>
    public CudaInferencePlan CompileCuda(InferenceOptions? options = null) =>
        !CanCompile ? throw NotCompiled() : CudaInferencePlan.Compile(Config.Model, ModelWeights.Read(Weights, WeightsName, Config.Model), options);

    private ArgumentException NotCompiled() =>
        new($"only {AlignnVariant.Model3.Name()} with one output is compiled, this is {Config.Architecture} with {Config.Model.Outputs}");

    /// <summary>Writes the checkpoint with floats of 16 bits, half the room; their rounding (2⁻¹¹) is far below what training scatters.</summary>
    /// <param name="folder">Checkpoint folder to write.</param>
    /// <exception cref="InvalidInputException">A weight does not fit into 16 bits.</exception>
    public void SaveInHalfPrecision(string folder) => Checkpoint.Save(
        folder, path => SafeTensorsFile.Save(path, Weights.Entries.Select(entry => Halve(entry, WeightsName)), Weights.Metadata), Config, Scalers);

    private static SafeTensorsEntry Halve(SafeTensorsEntry entry, string source)
    {
        // The centres of the Gaussians decide the published numbers to the last digit, and are few.
        if (entry.DType != "F32" || entry.Name.EndsWith(".centers", StringComparison.Ordinal))
        {
            return entry;
        }

        Half[] halves = [.. entry.ToArray<float>().Select(v => (Half)v)];
        return halves.All(Half.IsFinite)
            ? SafeTensorsEntry.Create<Half>(entry.Name, halves, entry.Shape)
            : throw new InvalidInputException($"tensor {entry.Name} holds a value too large for 16 bits", source);
    }

    private static void Check(string name, CheckpointConfig config, IReadOnlyList<TargetScaler> scalers)
    {
        var file = Path.Combine(name, Checkpoint.ConfigFile);
        if (config.Format != CheckpointConfig.CurrentFormat || AlignnVariants.Find(config.Architecture) is null)
        {
            throw new InvalidInputException(
                $"format {config.Format}, architecture '{config.Architecture}'; this program reads format {CheckpointConfig.CurrentFormat}, "
                + $"architectures {string.Join(", ", AlignnVariants.Names)}",
                file);
        }

        if (AlignnVariants.Find(config.Architecture) != config.Model.Variant)
        {
            throw new InvalidInputException($"architecture '{config.Architecture}', but the model's variant is {config.Model.Variant}", file);
        }

        try
        {
            config.Validate();
            file = Path.Combine(name, Checkpoint.ScalerFile);
            if (scalers.Count != 1 && scalers.Count != config.Model.Outputs)
            {
                throw new ArgumentException($"{scalers.Count} scalers for {config.Model.Outputs} outputs");
            }

            foreach (var scaler in scalers)
            {
                scaler.Validate();
            }
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], file);
        }
    }

    private static T ReadFile<T>(string name, string file, Func<string, Stream?> open, Func<Stream, T?> read)
        where T : class
    {
        var path = Path.Combine(name, file);
        using var stream = open(file) ?? throw new InvalidInputException("is missing", path);
        return NamedJson.Read(path, stream, read);
    }
}
