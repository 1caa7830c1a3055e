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

    private Checkpoint(string name, CheckpointConfig config, IReadOnlyList<TargetScaler> scalers, Alignn network) =>
        (Name, Config, Scalers, Network) = (name, config, scalers, network);

    /// <summary>Where it came from: a folder, or the name of embedded weights.</summary>
    public string Name { get; }

    /// <summary>Architecture and graph settings.</summary>
    public CheckpointConfig Config { get; }

    /// <summary>Target statistics of the first output, for most networks the only one.</summary>
    public TargetScaler Scaler => Scalers[0];

    /// <summary>Target statistics of each output.</summary>
    public IReadOnlyList<TargetScaler> Scalers { get; }

    /// <summary>The network, in evaluation mode.</summary>
    public Alignn Network { get; }

    /// <summary>Loads a checkpoint folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">float32 or float64 to compute in, whatever the weights are stored in.</param>
    /// <param name="device">Device to compute on.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static Checkpoint Load(string folder, ScalarType dtype, Device device) => Load(CheckpointFiles.Read(folder), dtype, device);

    /// <summary>Makes the network of checkpoint files.</summary>
    /// <param name="files">What was read.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="device">Device to compute on.</param>
    /// <param name="kernels">Backend of the convolutions; null for plain torch.</param>
    /// <exception cref="InvalidInputException">The weights do not fit the network.</exception>
    public static Checkpoint Load(CheckpointFiles files, ScalarType dtype, Device device, IConvolutionKernels? kernels = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        var network = new Alignn(files.Config.Model, kernels ?? new TorchConvolutionKernels(), dtype, device);
        try
        {
            StateDict.Load(files.Weights, files.WeightsName, StateDict.Of(network));
            network.CentersWereLoaded();
            network.eval();
            return new Checkpoint(files.Name, files.Config, files.Scalers, network);
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
        ArgumentNullException.ThrowIfNull(scaler);
        var config = new CheckpointConfig { Architecture = network.Options.Variant.Name(), Model = network.Options, Graph = graph, ImageCount = imageCount };
        Save(folder, path => StateDict.Save(path, StateDict.Of(network)), config, [scaler]);
    }

    /// <summary>Saves a network that predicts properties of plain structures.</summary>
    /// <param name="folder">Checkpoint folder to write.</param>
    /// <param name="network">The network.</param>
    /// <param name="graph">How structures become graphs.</param>
    /// <param name="properties">[outputs] what each output is, and how it is scaled.</param>
    /// <exception cref="ArgumentException">Another number of properties than outputs.</exception>
    public static void SaveProperties(string folder, Alignn network, GraphSettings graph, IReadOnlyList<(string Name, TargetScaler Scaler)> properties)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(properties);
        if (properties.Count != network.Options.Outputs)
        {
            throw new ArgumentException($"{properties.Count} properties for {network.Options.Outputs} outputs");
        }

        var config = new CheckpointConfig
        {
            Architecture = network.Options.Variant.Name(),
            Model = network.Options,
            Graph = graph,
            ImageCount = 0,
            Properties = [.. properties.Select(p => p.Name)],
        };
        Save(folder, path => StateDict.Save(path, StateDict.Of(network)), config, [.. properties.Select(p => p.Scaler)]);
    }

    internal static void Save(string folder, Action<string> writeWeights, CheckpointConfig config, IReadOnlyList<TargetScaler> scalers)
    {
        var full = Path.GetFullPath(folder);
        var unfinished = full + ".tmp";
        DeleteFolder(unfinished);
        Directory.CreateDirectory(unfinished);
        writeWeights(Path.Combine(unfinished, WeightsFile));
        File.WriteAllText(Path.Combine(unfinished, ConfigFile), JsonSerializer.Serialize(config, CheckpointJson.Default.CheckpointConfig));
        File.WriteAllText(Path.Combine(unfinished, ScalerFile), ScalerFileText.Write(scalers));
        DeleteFolder(full);
        Directory.Move(unfinished, full);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    internal static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
