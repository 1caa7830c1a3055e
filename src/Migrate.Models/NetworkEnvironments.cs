using Migrate.Baselines;
using Migrate.Crystals;
using Migrate.Native;

namespace Migrate.Models;

/// <summary>
/// Makes <see cref="EnvironmentDescriptors"/> of a pre-trained network: its embeddings and its first convolution, norms folded in, tabulated by element and
/// by distance. Computed in double precision by the layers of the plans, without libtorch.
/// </summary>
public static class NetworkEnvironments
{
    /// <summary>Tabulates a network.</summary>
    /// <param name="network">Its checkpoint.</param>
    /// <exception cref="InvalidInputException">Its weights are damaged, or it has no convolution.</exception>
    public static EnvironmentDescriptors Of(CheckpointFiles network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var options = network.Config.Model;
        if (options.AlignnLayers + options.GcnLayers == 0)
        {
            throw new InvalidInputException("has no convolution to take environments from", network.Name);
        }

        var convolution = options.AlignnLayers > 0 ? "alignn_layers.0.node_update" : "gcn_layers.0";
        var weights = ModelWeights.Some(network.Weights, network.WeightsName, AlignnTensors.UpTo(convolution, options));
        int[] elements = [.. Enumerable.Range(1, CgcnnFeatures.HeaviestElement)];
        var (_, distances) = EmbeddingTable.Evaluate(
            weights, "edge_embedding", $"{convolution}.edge_gate", Enumerable.Range(0, EnvironmentDescriptors.DistanceCount).Select(EnvironmentDescriptors.DistanceAt));
        return new EnvironmentDescriptors(
            options.HiddenFeatures, elements, Species(weights, convolution, elements, options), Array.ConvertAll(distances, v => (float)v));
    }

    // Embedding, target, gate, own and message of every element; the biases of all three gates are in the target's.
    private static float[] Species(ModelWeights weights, string convolution, int[] elements, AlignnOptions options)
    {
        var (h, width) = (options.HiddenFeatures, options.AtomFeatures);
        var features = new float[elements.Length * width];
        for (var row = 0; row < elements.Length; row++)
        {
            // No marks: the atom is no image of a band.
            CgcnnFeatures.Fill(elements[row], features.AsSpan(row * width, AlignnOptions.CgcnnFeatureCount));
        }

        using var atoms = DenseLayer.Mlp(Arithmetic.Float64, weights, "atom_embedding");
        var (matrix, bias) = NodeSide.Join(weights, convolution, h);
        using var sides = new DenseLayer(Arithmetic.Float64, matrix, bias, silu: false);
        var embedded = atoms.Evaluate(Array.ConvertAll(features, f => (double)f));
        var joined = sides.Evaluate(embedded);
        var (scale, _) = FoldedNorm.Of(weights, $"{convolution}.bn_nodes");
        IEnumerable<double> Section(int row, int which) => joined.Skip((row * 4 * h) + (which * h)).Take(h);
        return
        [
            .. Enumerable.Range(0, elements.Length).SelectMany<int, double>(row =>
            [
                .. embedded[(row * h)..((row + 1) * h)], .. Section(row, 2), .. Section(row, 0), .. Section(row, 3), .. Section(row, 1).Zip(scale, (m, s) => m * s),
            ]).Select(v => (float)v),
        ];
    }
}
