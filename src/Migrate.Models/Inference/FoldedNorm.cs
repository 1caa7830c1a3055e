namespace Migrate.Models;

/// <summary>Batch norm with frozen statistics: y = scale · x + shift per channel.</summary>
internal static class FoldedNorm
{
    private const double Epsilon = 1e-5;

    public static (double[] Scale, double[] Shift) Of(ModelWeights weights, string name)
    {
        var (gamma, beta, mean, variance) =
            (weights[$"{name}.weight"], weights[$"{name}.bias"], weights[$"{name}.running_mean"], weights[$"{name}.running_var"]);
        var scale = gamma.Select((g, c) => g / Math.Sqrt(variance[c] + Epsilon)).ToArray();
        return (scale, [.. beta.Select((b, c) => b - (mean[c] * scale[c]))]);
    }

    /// <summary>Weights and bias of a linear layer with the norm behind it folded in.</summary>
    public static (double[] Weights, double[] Bias) Apply(double[] weights, double[] bias, double[] scale, double[] shift)
    {
        var depth = weights.Length / bias.Length;
        return ([.. weights.Select((w, i) => w * scale[i / depth])], [.. bias.Select((b, c) => (b * scale[c]) + shift[c])]);
    }
}
