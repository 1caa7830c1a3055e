namespace Migrate.Models;

/// <summary>The four linear layers of a convolution that act on nodes, as one.</summary>
internal static class NodeSide
{
    /// <summary>
    /// Sections [P | M | Q | U]: source gate, message, target gate with the biases of all three gates, own update with the nodes' norm
    /// folded in.
    /// </summary>
    /// <param name="weights">The network's.</param>
    /// <param name="name">Of the convolution.</param>
    /// <param name="stretch">Columns of a section; those past the channels are zero.</param>
    /// <returns>[4 stretch, channels] and [4 stretch].</returns>
    public static (double[] Weights, double[] Bias) Join(ModelWeights weights, string name, int stretch)
    {
        var channels = weights[$"{name}.edge_gate.bias"].Length;
        var (nodeScale, nodeShift) = FoldedNorm.Of(weights, $"{name}.bn_nodes");
        var (matrix, bias) = (new double[4 * stretch * channels], new double[4 * stretch]);
        void Place(int which, double[] w, double[]? b)
        {
            w.CopyTo(matrix, which * stretch * channels);
            b?.CopyTo(bias, which * stretch);
        }

        double[] gateBias =
        [
            .. weights[$"{name}.src_gate.bias"].Select(
                (b, c) => b + weights[$"{name}.dst_gate.bias"][c] + weights[$"{name}.edge_gate.bias"][c]),
        ];
        var (own, ownBias) = FoldedNorm.Apply(weights[$"{name}.src_update.weight"], weights[$"{name}.src_update.bias"], nodeScale, nodeShift);
        Place(0, weights[$"{name}.src_gate.weight"], null);
        Place(1, weights[$"{name}.dst_update.weight"], weights[$"{name}.dst_update.bias"]);
        Place(2, weights[$"{name}.dst_gate.weight"], gateBias);
        Place(3, own, ownBias);
        return (matrix, bias);
    }
}
