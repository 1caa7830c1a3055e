using Migrate.Baselines;
using Migrate.Crystals;

namespace Migrate.Models;

/// <summary>
/// Makes <see cref="EnvironmentDescriptors"/> of a pre-trained network: its embeddings and its first convolution, norms folded in, tabulated by element and
/// by distance. Computed in double precision without libtorch.
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
        return new EnvironmentDescriptors(
            options.HiddenFeatures,
            elements,
            [.. elements.SelectMany(z => Species(weights, convolution, z, options)).Select(v => (float)v)],
            [.. Enumerable.Range(0, EnvironmentDescriptors.DistanceCount).SelectMany(k => Distance(weights, convolution, EnvironmentDescriptors.DistanceAt(k))).Select(v => (float)v)]);
    }

    // Embedding, target, gate, own and message of an element.
    private static IEnumerable<double> Species(ModelWeights weights, string convolution, int atomicNumber, AlignnOptions options)
    {
        // No marks: the atom is no image of a band.
        var features = new float[options.AtomFeatures];
        CgcnnFeatures.Fill(atomicNumber, features.AsSpan(0, AlignnOptions.CgcnnFeatureCount));
        var embedding = Mlp(weights, "atom_embedding", [.. features.Select(v => (double)v)]);
        var (scale, shift) = FoldedNorm.Of(weights, $"{convolution}.bn_nodes");
        var own = Linear(weights, $"{convolution}.src_update", embedding).Select((v, c) => (v * scale[c]) + shift[c]);
        var message = Linear(weights, $"{convolution}.dst_update", embedding).Select((v, c) => v * scale[c]);
        return
        [
            .. embedding, .. Linear(weights, $"{convolution}.dst_gate", embedding), .. Linear(weights, $"{convolution}.src_gate", embedding), .. own, .. message,
        ];
    }

    private static double[] Distance(ModelWeights weights, string convolution, double r)
    {
        var centers = weights["edge_embedding.0.centers"];
        var gamma = RadialBasis.GammaOf((float)centers[0], (float)centers[^1], centers.Length);
        double[] basis = [.. centers.Select(c => Math.Exp(-gamma * (r - c) * (r - c)))];
        return Linear(weights, $"{convolution}.edge_gate", Mlp(weights, "edge_embedding.2", Mlp(weights, "edge_embedding.1", basis)));
    }

    // Linear, norm, SiLU.
    private static double[] Mlp(ModelWeights weights, string name, double[] x)
    {
        var (scale, shift) = FoldedNorm.Of(weights, $"{name}.layer.1");
        return [.. Linear(weights, $"{name}.layer.0", x).Select((v, c) => (v * scale[c]) + shift[c]).Select(v => v / (1 + Math.Exp(-v)))];
    }

    private static double[] Linear(ModelWeights weights, string name, double[] x)
    {
        var (matrix, bias) = (weights[$"{name}.weight"], weights[$"{name}.bias"]);
        return [.. bias.Select((b, row) => b + x.Select((v, column) => v * matrix[(row * x.Length) + column]).Sum())];
    }
}
