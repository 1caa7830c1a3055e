using System.Text.Json;
using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Potentials.Models;

namespace Migrate.Potentials;

/// <summary>Opens potentials: folders with weights of a published one, and TorchScript files.</summary>
public static class PotentialLoader
{
    private const string ConfigFile = "config.json", WeightsFile = "weights.safetensors";

    /// <summary>Opens a potential.</summary>
    /// <param name="path">
    /// A folder with <c>config.json</c> and <c>weights.safetensors</c> (or one of the two files), or a TorchScript file <c>*.pt</c>
    /// (<see cref="TorchScriptPotential"/>).
    /// </param>
    /// <param name="options">How it computes; left out: double precision on the processor.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it does not hold what it must.</exception>
    public static IPotential Open(string path, PotentialOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PotentialOptions();
        options.Validate();
        if (Path.GetExtension(path) is ".pt" or ".pth")
        {
            return TorchScriptPotential.Open(path, options);
        }

        var folder = File.Exists(path) && Path.GetFileName(path) is ConfigFile or WeightsFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        var (config, weights) = (Path.Combine(folder, ConfigFile), Path.Combine(folder, WeightsFile));
        return !Directory.Exists(folder) ? throw new InvalidInputException("is neither a folder with config.json and weights.safetensors nor a TorchScript file (.pt)", path)
            : !File.Exists(config) ? throw new InvalidInputException($"has no {ConfigFile}", folder)
            : !File.Exists(weights) ? throw new InvalidInputException($"has no {WeightsFile}", folder)
            : Open(config, weights, options);
    }

    private static GraphPotential Open(string config, string path, PotentialOptions options)
    {
        var about = ReadConfig(config);
        var weights = new PotentialWeights(SafeTensorsFile.Load(path), path, options);
        GraphPotential potential = about.Architecture switch
        {
            "M3GNet-original" => new M3GNet(about.Name, M3GNetParameters.Original(weights), options),
            "M3GNet-matgl" => new M3GNet(about.Name, M3GNetParameters.Matgl(weights, about.Elements, about.IsSmooth), options),
            "TensorNet" => new TensorNet(about.Name, TensorNetParameters.Read(weights, about.Elements), options),
            var other => throw new InvalidInputException($"architecture is \"{other}\"; known are M3GNet-original, M3GNet-matgl and TensorNet", config),
        };
        try
        {
            weights.Finish();
            return potential;
        }
        catch (InvalidInputException)
        {
            potential.Dispose();
            throw;
        }
    }

    private static Config ReadConfig(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            var root = json.RootElement;
            var settings = root.TryGetProperty("hyperparameters", out var found) ? found : default;
            if (settings.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException("has no object \"hyperparameters\"", path);
            }

            double Number(string key, double otherwise) => settings.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;
            foreach (var (key, needed) in new[] { ("cutoff", BasisFunctions.Cutoff), ("threebody_cutoff", BasisFunctions.ThreeBodyCutoff), ("max_n", 3), ("max_l", 3) })
            {
                if (Number(key, needed) != needed)
                {
                    throw new InvalidInputException(FormattableString.Invariant($"{key} is {Number(key, needed)}; only {needed} is supported"), path);
                }
            }

            List<int> elements = [];
            foreach (var symbol in root.TryGetProperty("elements", out var list) ? list.EnumerateArray() : [])
            {
                elements.Add(Element.TryParse(symbol.GetString() ?? "", out var element)
                    ? element.AtomicNumber
                    : throw new InvalidInputException($"\"{symbol}\" is no element", path));
            }

            return new Config(
                root.TryGetProperty("name", out var name) && name.GetString() is { Length: > 0 } text ? text : Path.GetFileName(Path.GetDirectoryName(path)!),
                root.TryGetProperty("architecture", out var architecture) ? architecture.GetString() ?? "" : "",
                elements,
                settings.TryGetProperty("use_smooth", out var smooth) && smooth.ValueKind == JsonValueKind.True);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException($"no configuration of a potential: {e.Message}", path);
        }
    }

    private sealed record Config(string Name, string Architecture, IReadOnlyList<int> Elements, bool IsSmooth);
}
