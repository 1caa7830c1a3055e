using System.Text.Json;
using Migrate.Graphs;
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
        _root = Root ?? throw new InvalidOperationException("no reference numbers");
        _variant = Path.Combine(_root, "models", variant);
        _results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_variant, "results.json")));
        Structures = [.. Results.GetProperty("structures").EnumerateArray().Select(s => s.GetString()!)];
    }

    public static string? Root { get; } = Find();

    public JsonElement Results => _results.RootElement;

    public IReadOnlyList<string> Structures { get; }

    public static void Require() => Assert.SkipUnless(Root is not null, "the reference numbers are not beside this checkout");

    public GoldenGraph Graph(string structure) => GoldenGraph.Load(Path.Combine(_root, "graphs", $"band-{structure}.safetensors"));

    public GoldenGraph[] Graphs() => [.. Structures.Select(Graph)];

    public SafeTensorsFile Tensors(string name) => SafeTensorsFile.Load(Path.Combine(_variant, name + ".safetensors"));

    public double[] Column(string property) => [.. Results.GetProperty(property).EnumerateArray().Select(row => row[0].GetDouble())];

    public Alignn Network(ScalarType dtype, Device? device = null)
    {
        var config = Results.GetProperty("config");
        int Size(string name) => config.GetProperty(name).GetInt32();
        var options = new AlignnOptions
        {
            HiddenFeatures = Size("hidden_features"),
            EmbeddingFeatures = Size("embedding_features"),
            BondBins = Size("edge_input_features"),
            AngleBins = Size("triplet_input_features"),
            AlignnLayers = Size("alignn_layers"),
            GcnLayers = Size("gcn_layers"),
        };
        var network = new Alignn(options, new TorchConvolutionKernels(), dtype, device ?? CPU);
        StateDict.Load(Path.Combine(_variant, "weights.safetensors"), StateDict.Of(network));
        network.CentersWereLoaded();
        network.eval();
        return network;
    }

    public void Dispose() => _results.Dispose();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MIGRATE_SHARED") is { Length: > 0 } given)
        {
            return Directory.Exists(Path.Combine(given, "golden")) ? Path.Combine(given, "golden") : null;
        }

        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "golden");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
