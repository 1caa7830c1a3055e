using System.Text.Json;
using Migrate.Graphs;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// Reference numbers of one variant, from the folder golden/models beside the checkout: computed with the authors' own code
/// (golden/README.md). Tests that need it skip where it is absent.
/// </summary>
internal sealed class GoldenNetwork : IDisposable
{
    private readonly string _root, _variant;
    private readonly JsonDocument _results;

    public GoldenNetwork(string variant)
    {
        _root = SharedFolder.Require("golden");
        _variant = Path.Combine(_root, "models", variant);
        _results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_variant, "results.json")));
        Structures = [.. Results.GetProperty("structures").EnumerateArray().Select(s => s.GetString()!)];
    }

    public JsonElement Results => _results.RootElement;

    public IReadOnlyList<string> Structures { get; }

    /// <summary>Skips the running test where the reference numbers are absent.</summary>
    public static void Require() => SharedFolder.Require("golden");

    public GoldenGraph Graph(string structure) => GoldenGraph.Load(Path.Combine(_root, "graphs", $"band-{structure}.safetensors"));

    public GoldenGraph[] Graphs() => [.. Structures.Select(Graph)];

    public SafeTensorsFile Tensors(string name) => SafeTensorsFile.Load(Path.Combine(_variant, name + ".safetensors"));

    public double[] Column(string property) => [.. Results.GetProperty(property).EnumerateArray().Select(row => row[0].GetDouble())];

    public AlignnOptions Options()
    {
        var config = Results.GetProperty("config");
        int Size(string name) => config.GetProperty(name).GetInt32();
        return new AlignnOptions
        {
            HiddenFeatures = Size("hidden_features"),
            EmbeddingFeatures = Size("embedding_features"),
            BondBins = Size("edge_input_features"),
            AngleBins = Size("triplet_input_features"),
            AlignnLayers = Size("alignn_layers"),
            GcnLayers = Size("gcn_layers"),
        };
    }

    /// <summary>Path of the weights.</summary>
    public string WeightsFile => Path.Combine(_variant, "weights.safetensors");

    public Alignn Network(ScalarType dtype, string backend = Backends.Torch)
    {
        var network = new Alignn(Options(), Backends.Kernels(backend), dtype, Backends.Place(backend));
        StateDict.Load(WeightsFile, StateDict.Of(network));
        network.CentersWereLoaded();
        network.eval();
        return network;
    }

    public void Dispose() => _results.Dispose();
}
