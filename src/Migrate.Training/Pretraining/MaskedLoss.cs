using static TorchSharp.torch;

namespace Migrate.Training.Pretraining;

/// <summary>Loss over properties that a structure may lack (Devi, Butler and Sai Gautam 2026, equation 2).</summary>
public static class MaskedLoss
{
    /// <summary>Mean over structures and outputs of |output · has − target|, as published: a missing property counts as no error, but in the mean.</summary>
    /// <param name="output">[n_structures, n_properties] scaled outputs.</param>
    /// <param name="target">[n_structures, n_properties] scaled targets, 0 where a property is missing.</param>
    /// <param name="has">[n_structures, n_properties] 1 where a structure has the property, else 0.</param>
    /// <returns>A scalar.</returns>
    public static Tensor MeanAbsoluteError(Tensor output, Tensor target, Tensor has)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        return ((output * has) - target).abs().mean().MoveToOuterDisposeScope();
    }
}
