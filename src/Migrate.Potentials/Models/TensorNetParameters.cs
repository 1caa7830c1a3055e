using Migrate.Crystals;
using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>An interaction layer of TensorNet.</summary>
/// <param name="Scalars">Radial network, 3 → 128 → 256 → 384.</param>
/// <param name="Mixing">Six channel mixings, [inputs, outputs].</param>
internal sealed record TensorNetLayer(Dense[] Scalars, Tensor[] Mixing);

/// <summary>Weights of TensorNet in its PyTorch release (matgl).</summary>
internal sealed class TensorNetParameters : IDisposable
{
    private const long Width = 128, Functions = 3;
    private const int Layers = 2;

    /// <summary>[rows, 128] embedding of elements.</summary>
    public required Tensor Embedding { get; init; }

    /// <summary>[119] row of an element in <see cref="Embedding"/>, by atomic number; −1 where it is unknown.</summary>
    public required long[] Rows { get; init; }

    /// <summary>[119] energy of an atom by atomic number, eV.</summary>
    public required double[] Offsets { get; init; }

    /// <summary>Energy per unit of the readout, eV.</summary>
    public required double Scale { get; init; }

    /// <summary>Pairs of elements, 256 → 128.</summary>
    public required Dense Pair { get; init; }

    /// <summary>Radial weights of I, A and S.</summary>
    public required Dense[] Distance { get; init; }

    /// <summary>Channel mixings of the embedding, [inputs, outputs].</summary>
    public required Tensor[] Mixing { get; init; }

    /// <summary>Scalar network of the embedding, 128 → 256 → 384.</summary>
    public required Dense[] Scalars { get; init; }

    /// <summary>Weight and bias of the first layer norm.</summary>
    public required (Tensor Weight, Tensor Bias) InitNorm { get; init; }

    /// <summary>Interaction layers.</summary>
    public required TensorNetLayer[] Stack { get; init; }

    /// <summary>Weight and bias of the last layer norm.</summary>
    public required (Tensor Weight, Tensor Bias) OutNorm { get; init; }

    /// <summary>Invariants to features, 384 → 128.</summary>
    public required Dense Linear { get; init; }

    /// <summary>Readout of atoms.</summary>
    public required GatedMlp Readout { get; init; }

    /// <summary>Reads the tensors.</summary>
    /// <param name="weights">The file.</param>
    /// <param name="elements">Atomic numbers in the order of the embedding's rows.</param>
    public static TensorNetParameters Read(PotentialWeights weights, IReadOnlyList<int> elements)
    {
        Tensor Matrix(string name, long inputs, long outputs)
        {
            using var stored = weights.Take($"{name}.weight", outputs, inputs);
            using var scope = NewDisposeScope();
            return stored.t().contiguous().DetachFromDisposeScope();
        }

        Dense Layer(string name, long inputs, long outputs) => new(Matrix(name, inputs, outputs), weights.Take($"{name}.bias", outputs));
        const string Start = "model.tensor_embedding.";
        weights.Ignore("model.bond_expansion.rbf.cutoff");
        var offsets = weights.TakeDoubles("element_refs.property_offset", elements.Count);
        if (weights.TakeDoubles("data_mean")[0] is var mean and not 0)
        {
            throw new InvalidInputException($"tensor data_mean is {mean}; potentials with a constant energy per cell are not supported");
        }

        var rows = Enumerable.Repeat(-1L, 119).ToArray();
        var energies = new double[119];
        for (var row = 0; row < elements.Count; row++)
        {
            (rows[elements[row]], energies[elements[row]]) = (row, offsets[row]);
        }

        Dense[] Stack(string part) =>
            [.. Enumerable.Range(0, 4).Select(k => Layer($"model.final_layer.gated.{part}.{2 * k}", Width, k == 3 ? 1 : Width))];
        return new TensorNetParameters
        {
            Embedding = weights.Take(Start + "emb.weight", elements.Count, Width),
            Rows = rows,
            Offsets = energies,
            Scale = weights.TakeDoubles("data_std")[0],
            Pair = Layer(Start + "emb2", 2 * Width, Width),
            Distance = [.. Enumerable.Range(1, 3).Select(p => Layer($"{Start}distance_proj{p}", Functions, Width))],
            Mixing = [.. Enumerable.Range(0, 3).Select(p => Matrix($"{Start}linears_tensor.{p}", Width, Width))],
            Scalars = [Layer(Start + "linears_scalar.0", Width, 2 * Width), Layer(Start + "linears_scalar.1", 2 * Width, 3 * Width)],
            InitNorm = (weights.Take(Start + "init_norm.weight", Width), weights.Take(Start + "init_norm.bias", Width)),
            Stack =
            [
                .. Enumerable.Range(0, Layers).Select(k => new TensorNetLayer(
                    [
                        Layer($"model.layers.{k}.linears_scalar.0", Functions, Width), Layer($"model.layers.{k}.linears_scalar.1", Width, 2 * Width),
                        Layer($"model.layers.{k}.linears_scalar.2", 2 * Width, 3 * Width),
                    ],
                    [.. Enumerable.Range(0, 6).Select(p => Matrix($"model.layers.{k}.linears_tensor.{p}", Width, Width))])),
            ],
            OutNorm = (weights.Take("model.out_norm.weight", 3 * Width), weights.Take("model.out_norm.bias", 3 * Width)),
            Linear = Layer("model.linear", 3 * Width, Width),
            Readout = new GatedMlp(Stack("layers"), Stack("gates"), true),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IEnumerable<IDisposable> parts =
        [
            Embedding, Pair, .. Distance, .. Mixing, .. Scalars, InitNorm.Weight, InitNorm.Bias, .. Stack.SelectMany(l => l.Scalars), .. Stack.SelectMany(l => l.Mixing),
            OutNorm.Weight, OutNorm.Bias, Linear, Readout,
        ];
        foreach (var part in parts)
        {
            part.Dispose();
        }
    }
}
