using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>A linear layer with weights kept as (inputs, outputs): y = x·W + b.</summary>
/// <param name="Weight">[inputs, outputs].</param>
/// <param name="Bias">[outputs], or null.</param>
internal sealed record Dense(Tensor Weight, Tensor? Bias) : IDisposable
{
    /// <summary>x·W + b.</summary>
    public Tensor Forward(Tensor x) => Bias is null ? x.matmul(Weight) : addmm(Bias, x, Weight, 1, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }
}
