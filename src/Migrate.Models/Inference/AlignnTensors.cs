namespace Migrate.Models;

/// <summary>Names and shapes of everything in the state dict of an ALIGNN network: what a weights file must hold.</summary>
internal static class AlignnTensors
{
    private static readonly string[] NormParts = ["weight", "bias", "running_mean", "running_var"];
    private static readonly string[] ConvolutionParts = ["src_gate", "dst_gate", "edge_gate", "src_update", "dst_update"];

    public static IEnumerable<(string Name, int[] Shape)> Of(AlignnOptions options)
    {
        var (h, m) = (options.HiddenFeatures, options.EmbeddingFeatures);
        return AtomsAndBonds(options)
            .Append(("angle_embedding.0.centers", [options.AngleBins]))
            .Concat(Mlp("angle_embedding.1", options.AngleBins, m))
            .Concat(Mlp("angle_embedding.2", m, h))
            .Concat(Enumerable.Range(0, options.AlignnLayers).SelectMany(i =>
                Convolution($"alignn_layers.{i}.node_update", h).Concat(Convolution($"alignn_layers.{i}.edge_update", h))))
            .Concat(Enumerable.Range(0, options.GcnLayers).SelectMany(i => Convolution($"gcn_layers.{i}", h)))
            .Concat(Linear("conv_to_fc.0", h, AlignnOptions.HeadFeatures))
            .Concat(Linear("fc_hp.0.0", AlignnOptions.HeadFeatures, AlignnOptions.HeadFeatures))
            .Concat(Linear("fc_out.0", AlignnOptions.HeadFeatures, 1));
    }

    /// <summary>What a first convolution and the embeddings before it hold.</summary>
    /// <param name="convolution">Its name.</param>
    /// <param name="options">The network.</param>
    public static IEnumerable<(string Name, int[] Shape)> UpTo(string convolution, AlignnOptions options) =>
        AtomsAndBonds(options).Concat(Convolution(convolution, options.HiddenFeatures));

    private static IEnumerable<(string Name, int[] Shape)> AtomsAndBonds(AlignnOptions options) =>
        Mlp("atom_embedding", options.AtomFeatures, options.HiddenFeatures)
            .Append(("edge_embedding.0.centers", [options.BondBins]))
            .Concat(Mlp("edge_embedding.1", options.BondBins, options.EmbeddingFeatures))
            .Concat(Mlp("edge_embedding.2", options.EmbeddingFeatures, options.HiddenFeatures));

    private static IEnumerable<(string Name, int[] Shape)> Linear(string name, int inputs, int outputs) =>
        [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

    private static IEnumerable<(string Name, int[] Shape)> Norm(string name, int channels) =>
        NormParts.Select(part => ($"{name}.{part}", new[] { channels }));

    private static IEnumerable<(string Name, int[] Shape)> Mlp(string name, int inputs, int outputs) =>
        Linear($"{name}.layer.0", inputs, outputs).Concat(Norm($"{name}.layer.1", outputs));

    private static IEnumerable<(string Name, int[] Shape)> Convolution(string name, int channels) =>
        ConvolutionParts
            .SelectMany(part => Linear($"{name}.{part}", channels, channels))
            .Concat(Norm($"{name}.bn_edges", channels))
            .Concat(Norm($"{name}.bn_nodes", channels));
}
