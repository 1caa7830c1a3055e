using System.Text.Json;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Potentials.Tests;

/// <summary>Folders of potentials in the published layouts, with small random weights: what must hold of any weights needs no published ones.</summary>
internal sealed class RandomWeights : IDisposable
{
    private const string OnTorch = " on torch";

    public static readonly string[] Layouts =
    [
        "M3GNet-original", "M3GNet-matgl", "M3GNet-matgl smooth", "TensorNet",
        "M3GNet-original" + OnTorch, "M3GNet-matgl" + OnTorch, "M3GNet-matgl smooth" + OnTorch,
    ];

    private static readonly string[] Known = ["Li", "O", "Cl", "Fe", "P"];

    private readonly Random _random = new(7);
    private readonly List<SafeTensorsEntry> _entries = [];

    public RandomWeights(string layout)
    {
        Kernels = layout.EndsWith(OnTorch, StringComparison.Ordinal) ? PotentialKernels.Torch : PotentialKernels.Auto;
        layout = layout.Replace(OnTorch, "", StringComparison.Ordinal);
        Folder = Directory.CreateTempSubdirectory("migrate-potential-").FullName;
        switch (layout)
        {
            case "M3GNet-original":
                Original();
                break;
            case "TensorNet":
                TensorNet();
                break;
            default:
                Matgl(layout.EndsWith("smooth", StringComparison.Ordinal) ? 3 : 9, layout.EndsWith("smooth", StringComparison.Ordinal) ? 128 : 64);
                break;
        }

        var config = new
        {
            name = "random",
            architecture = layout.Split(' ')[0],
            elements = layout == "M3GNet-original" ? [] : Known,
            hyperparameters = new { cutoff = 5.0, threebody_cutoff = 4.0, max_n = 3, max_l = 3, use_smooth = layout.EndsWith("smooth", StringComparison.Ordinal) || layout == "TensorNet" },
        };
        File.WriteAllText(Path.Combine(Folder, "config.json"), JsonSerializer.Serialize(config));
        Save(_entries);
    }

    public string Folder { get; }

    public PotentialKernels Kernels { get; }

    public IReadOnlyList<SafeTensorsEntry> Entries => _entries;

    public void Save(IEnumerable<SafeTensorsEntry> entries) => SafeTensorsFile.Save(Path.Combine(Folder, "weights.safetensors"), entries);

    public IPotential Open() => PotentialLoader.Open(Folder, new PotentialOptions { Kernels = Kernels });

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A crystal without symmetry of elements that every layout knows.</summary>
    public static Structure Crystal(int seed = 1, double length = 5.2)
    {
        var random = new Random(seed);
        byte[] numbers = [3, 3, 8, 8, 17, 26, 15, 8];
        double[][] sites = [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0.5, 0.5, 0.5]];
        double Near(double x) => x + (0.08 * (random.NextDouble() - 0.5));
        return new Structure(
            new Lattice(new(length, 0.1, 0), new(-0.2, length + 0.3, 0.15), new(0.1, 0, length - 0.2)), numbers,
            [.. sites.Select(s => new Vector3D(Near(s[0]), Near(s[1]), Near(s[2])))], $"crystal {seed}");
    }

    private void Add(string name, params long[] shape)
    {
        // Widths as in trained networks: outputs of the size of inputs.
        var scale = shape.Length == 2 ? 1 / Math.Sqrt(shape[0] > shape[1] ? shape[0] : shape[1]) : 0.1;
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(scale * 2 * ((2 * _random.NextDouble()) - 1));
        }

        _entries.Add(SafeTensorsEntry.Create<float>(name, values, shape));
    }

    private void Original()
    {
        Add("featurizer/atom_network/embedding/embeddings", 95, 64);
        Add("feature_adjust/update_func/pipe/layers/0/kernel", 3, 64);
        for (var k = 0; k < 3; k++)
        {
            Add($"three_interactions/{k}/update_network/pipe/layers/0/kernel", 64, 9);
            Add($"three_interactions/{k}/update_network/pipe/layers/0/bias", 9);
            foreach (var part in new[] { "pipe", "gate" })
            {
                Add($"three_interactions/{k}/update_network2/{part}/layers/0/kernel", 9, 64);
                foreach (var network in new[] { "bond_network/update_func", "atom_network/bond_dense" })
                {
                    for (var layer = 0; layer < 2; layer++)
                    {
                        Add($"graph_layers/{k}/{network}/{part}/layers/{layer}/kernel", layer == 0 ? 192 : 64, 64);
                        Add($"graph_layers/{k}/{network}/{part}/layers/{layer}/bias", 64);
                    }
                }
            }

            Add($"graph_layers/{k}/bond_network/weight_func/kernel", 3, 64);
            Add($"graph_layers/{k}/atom_network/weight_update/kernel", 3, 64);
        }

        foreach (var part in new[] { "pipe", "gate" })
        {
            for (var layer = 0; layer < 3; layer++)
            {
                Add($"final/layers/0/atom_network/update_func/{part}/layers/{layer}/kernel", 64, layer == 2 ? 1 : 64);
                Add($"final/layers/0/atom_network/update_func/{part}/layers/{layer}/bias", layer == 2 ? 1 : 64);
            }
        }

        _entries.Add(SafeTensorsEntry.Create<double>("element_refs", [.. Enumerable.Range(0, 95).Select(z => -0.1 * z)], 95));
        _entries.Add(new SafeTensorsEntry("std", "F64", [], BitConverter.GetBytes(2.5)));
        _entries.Add(new SafeTensorsEntry("mean", "F64", [], BitConverter.GetBytes(0.0)));
    }

    private void Matgl(int functions, int units)
    {
        Scalars("model.bond_expansion.rbf.cutoff", "model.basis_expansion.sbf.cutoff");
        Add("model.embedding.layer_node_embedding.weight", Known.Length, 64);
        Linear("model.embedding.layer_edge_embedding.layers.0", functions, 64);
        for (var k = 0; k < 3; k++)
        {
            Linear($"model.three_body_interactions.{k}.update_network_atom.layers.0", 64, 9);
            foreach (var part in new[] { "layers", "gates" })
            {
                Add($"model.three_body_interactions.{k}.update_network_bond.{part}.0.weight", 64, 9);
                foreach (var network in new[] { "edge", "node" })
                {
                    Linear($"model.graph_layers.{k}.conv.{network}_update_func.{part}.0", 192, units);
                    Linear($"model.graph_layers.{k}.conv.{network}_update_func.{part}.2", units, units);
                    Linear($"model.graph_layers.{k}.conv.{network}_update_func.{part}.4", units, 64);
                }
            }

            Add($"model.graph_layers.{k}.conv.edge_weight_func.weight", 64, functions);
            Add($"model.graph_layers.{k}.conv.node_weight_func.weight", 64, functions);
        }

        Readout(64, units);
    }

    private void TensorNet()
    {
        const string Start = "model.tensor_embedding.";
        Scalars("model.bond_expansion.rbf.cutoff");
        Add(Start + "emb.weight", Known.Length, 128);
        Linear(Start + "emb2", 256, 128);
        for (var p = 0; p < 3; p++)
        {
            Linear($"{Start}distance_proj{p + 1}", 3, 128);
            Add($"{Start}linears_tensor.{p}.weight", 128, 128);
        }

        Linear(Start + "linears_scalar.0", 128, 256);
        Linear(Start + "linears_scalar.1", 256, 384);
        Add(Start + "init_norm.weight", 128);
        Add(Start + "init_norm.bias", 128);
        for (var k = 0; k < 2; k++)
        {
            Linear($"model.layers.{k}.linears_scalar.0", 3, 128);
            Linear($"model.layers.{k}.linears_scalar.1", 128, 256);
            Linear($"model.layers.{k}.linears_scalar.2", 256, 384);
            for (var p = 0; p < 6; p++)
            {
                Add($"model.layers.{k}.linears_tensor.{p}.weight", 128, 128);
            }
        }

        Add("model.out_norm.weight", 384);
        Add("model.out_norm.bias", 384);
        Linear("model.linear", 384, 128);
        Readout(128, 128);
    }

    private void Readout(int width, int units)
    {
        foreach (var part in new[] { "layers", "gates" })
        {
            Linear($"model.final_layer.gated.{part}.0", width, width);
            Linear($"model.final_layer.gated.{part}.2", width, units);
            Linear($"model.final_layer.gated.{part}.4", units, units);
            Linear($"model.final_layer.gated.{part}.6", units, 1);
        }

        _entries.Add(new SafeTensorsEntry("data_std", "F32", [], BitConverter.GetBytes(2.5f)));
        _entries.Add(new SafeTensorsEntry("data_mean", "F32", [], BitConverter.GetBytes(0f)));
        _entries.Add(SafeTensorsEntry.Create<double>("element_refs.property_offset", [.. Known.Select((_, k) => -1.0 - k)], Known.Length));
    }

    private void Scalars(params string[] names)
    {
        foreach (var name in names)
        {
            _entries.Add(new SafeTensorsEntry(name, "F32", [], BitConverter.GetBytes(5f)));
        }
    }

    private void Linear(string name, long inputs, long outputs)
    {
        Add(name + ".weight", outputs, inputs);
        Add(name + ".bias", outputs);
    }
}
