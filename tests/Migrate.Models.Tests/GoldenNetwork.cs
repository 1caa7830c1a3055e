using System.Text.Json;
using Migrate.Graphs;
using Migrate.Testing;
using Migrate.Training.Pretraining;
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

    public GoldenGraph Graph(string structure) => Graph("band", structure);

    public GoldenGraph[] Graphs() => [.. Structures.Select(Graph)];

    /// <summary>What the variant reads of each structure: one or two graphs.</summary>
    public BandGraph[][] Inputs()
    {
        string[] kinds = [.. Results.GetProperty("inputs").EnumerateArray().Select(kind => kind.GetString()!)];
        return [.. Structures.Select(structure => kinds.Select(kind => Graph(kind, structure).Graph).ToArray())];
    }

    public SafeTensorsFile Tensors(string name) => SafeTensorsFile.Load(Path.Combine(_variant, name + ".safetensors"));

    public double[] Column(string property) => [.. Results.GetProperty(property).EnumerateArray().Select(row => row[0].GetDouble())];

    /// <summary>All numbers of a property, row after row.</summary>
    public double[] All(string property) => [.. Flatten(Results.GetProperty(property))];

    /// <summary>The loss of the reference.</summary>
    /// <param name="output">As the network gives it.</param>
    public Tensor Loss(Tensor output)
    {
        Tensor Given(string property) => tensor(All(property)).to(output.dtype).to(output.device).reshape(output.shape);
        return Results.GetProperty("loss").GetString() == "mse" ? nn.functional.mse_loss(output, Given("targets"))
            : Results.TryGetProperty("has_prop", out _) ? MaskedLoss.MeanAbsoluteError(output, Given("targets"), Given("has_prop"))
            : nn.functional.l1_loss(output, Given("targets"));
    }

    public AlignnOptions Options()
    {
        var config = Results.GetProperty("config");
        int Size(string name) => config.GetProperty(name).GetInt32();
        return new AlignnOptions
        {
            Variant = VariantOf(Path.GetFileName(_variant)),
            DropAttention = 0,
            Outputs = Size("n_outputs"),
            HiddenFeatures = Size("hidden_features"),
            EmbeddingFeatures = Size("embedding_features"),
            BondBins = Size("edge_input_features"),
            AngleBins = Size("triplet_input_features"),
            AlignnLayers = Size("alignn_layers"),
            GcnLayers = Size("gcn_layers"),
        };
    }

    /// <summary>Path of the weights.</summary>
    public string WeightsFile => Path.Combine(_root, Results.GetProperty("weights_file").GetString()!);

    public Alignn Network(ScalarType dtype, string backend = Backends.Torch, AlignnOptions? options = null)
    {
        var network = new Alignn(options ?? Options(), Backends.Kernels(backend), dtype, Backends.Place(backend));
        StateDict.Load(WeightsFile, StateDict.Of(network));
        network.CentersWereLoaded();
        network.eval();
        return network;
    }

    public void Dispose() => _results.Dispose();

    private GoldenGraph Graph(string kind, string structure) => GoldenGraph.Load(Path.Combine(_root, "graphs", $"{kind}-{structure}.safetensors"));

    private static AlignnVariant VariantOf(string folder) => AlignnVariants.Find(folder.Replace('_', '-')) ?? AlignnVariant.Model3;

    private static IEnumerable<double> Flatten(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flatten) : [value.GetDouble()];
}
