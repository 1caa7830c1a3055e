using System.Text.Json;
using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// A trained network with all that a prediction needs: <c>model.safetensors</c> (upstream parameter names), <c>config.json</c>
/// (architecture, graph settings) and <c>scaler.json</c> (target statistics), in one folder. Owns its network.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    /// <summary>File name of the weights.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>File name of the configuration.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>File name of the target statistics.</summary>
    public const string ScalerFile = "scaler.json";

    private Checkpoint(string name, CheckpointConfig config, TargetScaler scaler, Alignn network) =>
        (Name, Config, Scaler, Network) = (name, config, scaler, network);

    /// <summary>Where it came from: a folder, or the name of embedded weights.</summary>
    public string Name { get; }

    /// <summary>Architecture and graph settings.</summary>
    public CheckpointConfig Config { get; }

    /// <summary>Target statistics.</summary>
    public TargetScaler Scaler { get; }

    /// <summary>The network, in evaluation mode.</summary>
    public Alignn Network { get; }

    /// <summary>Loads a checkpoint folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">float32 or float64 to compute in, whatever the weights are stored in.</param>
    /// <param name="device">Device to compute on.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static Checkpoint Load(string folder, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException($"no such folder; a model is a folder with {WeightsFile}, {ConfigFile} and {ScalerFile}", folder);
        }

        return Load(
            folder,
            file => File.Exists(Path.Combine(folder, file)) ? File.OpenRead(Path.Combine(folder, file)) : null,
            dtype,
            device);
    }

    /// <summary>Loads a checkpoint from named streams, for weights that are embedded in a program.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="open">Opens one of the three files, or gives null where there is none.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="device">Device to compute on.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static Checkpoint Load(string name, Func<string, Stream?> open, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(open);
        var config = ReadJson(name, ConfigFile, open, CheckpointJson.Default.CheckpointConfig);
        var scaler = ReadJson(name, ScalerFile, open, CheckpointJson.Default.TargetScaler);
        Check(name, config, scaler);
        var weightsName = Path.Combine(name, WeightsFile);
        using var stream = open(WeightsFile) ?? throw new InvalidInputException("is missing", weightsName);
        var weights = SafeTensorsFile.Load(stream, weightsName);
        var network = new Alignn(config.Model, new TorchConvolutionKernels(), dtype, device);
        try
        {
            StateDict.Load(weights, weightsName, StateDict.Of(network));
            network.CentersWereLoaded();
            network.eval();
            return new Checkpoint(name, config, scaler, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Saves a network as a checkpoint folder; a reader sees the old folder or the new one, never a mixture.</summary>
    public static void Save(string folder, Alignn network, GraphSettings graph, int imageCount, TargetScaler scaler)
    {
        ArgumentNullException.ThrowIfNull(network);
        var config = new CheckpointConfig { Model = network.Options, Graph = graph, ImageCount = imageCount };
        Save(folder, path => StateDict.Save(path, StateDict.Of(network)), config, scaler);
    }

    internal static void Save(string folder, Action<string> writeWeights, CheckpointConfig config, TargetScaler scaler)
    {
        var full = Path.GetFullPath(folder);
        var unfinished = full + ".tmp";
        DeleteFolder(unfinished);
        Directory.CreateDirectory(unfinished);
        writeWeights(Path.Combine(unfinished, WeightsFile));
        File.WriteAllText(Path.Combine(unfinished, ConfigFile), JsonSerializer.Serialize(config, CheckpointJson.Default.CheckpointConfig));
        File.WriteAllText(Path.Combine(unfinished, ScalerFile), JsonSerializer.Serialize(scaler, CheckpointJson.Default.TargetScaler));
        DeleteFolder(full);
        Directory.Move(unfinished, full);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    private static void Check(string name, CheckpointConfig config, TargetScaler scaler)
    {
        var file = Path.Combine(name, ConfigFile);
        if (config.Format != CheckpointConfig.CurrentFormat || config.Architecture != CheckpointConfig.BandArchitecture)
        {
            throw new InvalidInputException(
                $"format {config.Format}, architecture '{config.Architecture}'; this program reads format {CheckpointConfig.CurrentFormat}, "
                + $"architecture '{CheckpointConfig.BandArchitecture}'",
                file);
        }

        try
        {
            config.Model.Validate();
            config.Graph.Validate();
            if (config.ImageCount < 2)
            {
                throw new ArgumentException($"imageCount is {config.ImageCount}; a band has at least 2 images");
            }

            file = Path.Combine(name, ScalerFile);
            scaler.Validate();
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], file);
        }
    }

    private static T ReadJson<T>(
        string name, string file, Func<string, Stream?> open, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var path = Path.Combine(name, file);
        using var stream = open(file) ?? throw new InvalidInputException("is missing", path);
        try
        {
            return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidInputException("is null", path);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"no valid JSON for this file: {e.Message.Split(" Path:")[0]}", path, (int?)e.LineNumber + 1);
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
