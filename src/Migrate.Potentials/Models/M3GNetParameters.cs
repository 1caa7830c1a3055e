using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>One of the three blocks of M3GNet.</summary>
/// <param name="AtomGate">Gate of the end atoms of second bonds, 64 → 9.</param>
/// <param name="ThreeBody">Gated layer on the three-body sums, 9 → 64.</param>
/// <param name="Bond">Update of bonds.</param>
/// <param name="BondWeight">Its radial weight.</param>
/// <param name="Atom">Update of atoms.</param>
/// <param name="AtomWeight">Its radial weight.</param>
internal sealed record M3GNetBlock(Dense AtomGate, GatedMlp ThreeBody, GatedMlp Bond, Dense BondWeight, GatedMlp Atom, Dense AtomWeight) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in new IDisposable[] { AtomGate, ThreeBody, Bond, BondWeight, Atom, AtomWeight })
        {
            part.Dispose();
        }
    }
}

/// <summary>
/// Weights of M3GNet, of the original release (TensorFlow's names, kernels as inputs × outputs) or of the PyTorch one (weights as outputs ×
/// inputs, a layer more in every update).
/// </summary>
internal sealed class M3GNetParameters : IDisposable
{
    private const int Blocks = 3, Width = 64, Angular = 9;

    /// <summary>Whether this is the original release: radial weights of atoms end in swish, messages are summed at the centre.</summary>
    public required bool IsOriginal { get; init; }

    /// <summary>Bond basis: smooth Bessel functions of that number, or 0 for the nine spherical ones.</summary>
    public required int SmoothBondFunctions { get; init; }

    /// <summary>Whether the radial part of the three-body basis is smooth.</summary>
    public required bool SmoothThreeBody { get; init; }

    /// <summary>[rows, 64] embedding of elements.</summary>
    public required Tensor Embedding { get; init; }

    /// <summary>[119] int64 row of an element in <see cref="Embedding"/>, by atomic number; −1 where it is unknown.</summary>
    public required long[] Rows { get; init; }

    /// <summary>[119] energy of an atom by atomic number, eV.</summary>
    public required double[] Offsets { get; init; }

    /// <summary>Energy per unit of the readout, eV.</summary>
    public required double Scale { get; init; }

    /// <summary>Embedding of bonds.</summary>
    public required Dense BondEmbedding { get; init; }

    /// <summary>The blocks.</summary>
    public required M3GNetBlock[] Stack { get; init; }

    /// <summary>Readout of atoms.</summary>
    public required GatedMlp Readout { get; init; }

    /// <summary>The original release.</summary>
    /// <param name="weights">Its tensors.</param>
    public static M3GNetParameters Original(PotentialWeights weights)
    {
        Dense Layer(string name, long inputs, long outputs, bool bias) =>
            new(weights.Take($"{name}/kernel", inputs, outputs), bias ? weights.Take($"{name}/bias", outputs) : null);
        GatedMlp Gated(string name, bool bias, bool linear, params long[] widths)
        {
            Dense[] Stack(string part) => [.. Enumerable.Range(0, widths.Length - 1).Select(k => Layer($"{name}/{part}/layers/{k}", widths[k], widths[k + 1], bias))];
            return new GatedMlp(Stack("pipe"), Stack("gate"), linear);
        }

        var offsets = weights.TakeDoubles("element_refs", 95);
        var mean = weights.TakeDoubles("mean")[0];
        if (mean != 0)
        {
            throw new Crystals.InvalidInputException($"tensor mean is {mean}; potentials with a constant energy per cell are not supported");
        }

        // 84 to 88 were not in the training set.
        bool Known(int z) => z is (>= 1 and <= 83) or (>= 89 and <= 94);
        return new M3GNetParameters
        {
            IsOriginal = true,
            SmoothBondFunctions = 3,
            SmoothThreeBody = false,
            Embedding = weights.Take("featurizer/atom_network/embedding/embeddings", 95, Width),
            Rows = [.. Enumerable.Range(0, 119).Select(z => Known(z) ? z : -1L)],
            Offsets = [.. Enumerable.Range(0, 119).Select(z => Known(z) ? offsets[z] : 0)],
            Scale = weights.TakeDoubles("std")[0],
            BondEmbedding = Layer("feature_adjust/update_func/pipe/layers/0", 3, Width, false),
            Stack =
            [
                .. Enumerable.Range(0, Blocks).Select(k => new M3GNetBlock(
                    Layer($"three_interactions/{k}/update_network/pipe/layers/0", Width, Angular, true),
                    Gated($"three_interactions/{k}/update_network2", false, false, Angular, Width),
                    Gated($"graph_layers/{k}/bond_network/update_func", true, false, 3 * Width, Width, Width),
                    Layer($"graph_layers/{k}/bond_network/weight_func", 3, Width, false),
                    Gated($"graph_layers/{k}/atom_network/bond_dense", true, false, 3 * Width, Width, Width),
                    Layer($"graph_layers/{k}/atom_network/weight_update", 3, Width, false))),
            ],
            Readout = Gated("final/layers/0/atom_network/update_func", true, true, Width, Width, Width, 1),
        };
    }

    /// <summary>The PyTorch release.</summary>
    /// <param name="weights">Its tensors.</param>
    /// <param name="elements">Atomic numbers in the order of the embedding's rows.</param>
    /// <param name="smooth">Whether its radial functions are the smooth ones.</param>
    public static M3GNetParameters Matgl(PotentialWeights weights, IReadOnlyList<int> elements, bool smooth)
    {
        var functions = smooth ? 3 : Angular;
        Dense Layer(string name, long inputs, long outputs, bool bias)
        {
            using var stored = weights.Take($"{name}.weight", outputs, inputs);
            using var scope = NewDisposeScope();
            return new Dense(stored.t().contiguous().DetachFromDisposeScope(), bias ? weights.Take($"{name}.bias", outputs) : null);
        }

        GatedMlp Gated(string name, bool bias, bool linear, params long[] widths)
        {
            Dense[] Stack(string part) => [.. Enumerable.Range(0, widths.Length - 1).Select(k => Layer($"{name}.{part}.{2 * k}", widths[k], widths[k + 1], bias))];
            return new GatedMlp(Stack("layers"), Stack("gates"), linear);
        }

        var units = weights.Rows("model.graph_layers.0.conv.edge_update_func.layers.0.weight");
        var offsets = weights.TakeDoubles("element_refs.property_offset", elements.Count);
        weights.Ignore("model.bond_expansion.rbf.cutoff", "model.basis_expansion.sbf.cutoff");
        if (weights.TakeDoubles("data_mean")[0] is var mean and not 0)
        {
            throw new Crystals.InvalidInputException($"tensor data_mean is {mean}; potentials with a constant energy per cell are not supported");
        }

        return new M3GNetParameters
        {
            IsOriginal = false,
            SmoothBondFunctions = smooth ? 3 : 0,
            SmoothThreeBody = smooth,
            Embedding = weights.Take("model.embedding.layer_node_embedding.weight", elements.Count, Width),
            Rows = [.. Enumerable.Range(0, 119).Select(z => (long)Place(elements, z))],
            Offsets = [.. Enumerable.Range(0, 119).Select(z => Place(elements, z) is >= 0 and var row ? offsets[row] : 0)],
            Scale = weights.TakeDoubles("data_std")[0],
            BondEmbedding = Layer("model.embedding.layer_edge_embedding.layers.0", functions, Width, true),
            Stack =
            [
                .. Enumerable.Range(0, Blocks).Select(k => new M3GNetBlock(
                    Layer($"model.three_body_interactions.{k}.update_network_atom.layers.0", Width, Angular, true),
                    Gated($"model.three_body_interactions.{k}.update_network_bond", false, false, Angular, Width),
                    Gated($"model.graph_layers.{k}.conv.edge_update_func", true, false, 3 * Width, units, units, Width),
                    Layer($"model.graph_layers.{k}.conv.edge_weight_func", functions, Width, false),
                    Gated($"model.graph_layers.{k}.conv.node_update_func", true, false, 3 * Width, units, units, Width),
                    Layer($"model.graph_layers.{k}.conv.node_weight_func", functions, Width, false))),
            ],
            Readout = Gated("model.final_layer.gated", true, true, Width, Width, units, units, 1),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Embedding.Dispose();
        BondEmbedding.Dispose();
        Readout.Dispose();
        foreach (var block in Stack)
        {
            block.Dispose();
        }
    }

    private static int Place(IReadOnlyList<int> elements, int z)
    {
        for (var row = 0; row < elements.Count; row++)
        {
            if (elements[row] == z)
            {
                return row;
            }
        }

        return -1;
    }
}
