using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Linear, batch norm, SiLU: one layer of an embedding. Upstream names: <c>layer.0</c> (linear), <c>layer.1</c> (norm).</summary>
public sealed class MlpLayer : NetworkPart
{
    private readonly Linear _linear;
    private readonly WeightedBatchNorm _norm;
    private readonly IConvolutionKernels _kernels;

    /// <summary>A layer from <paramref name="inputs"/> to <paramref name="outputs"/> channels.</summary>
    public MlpLayer(long inputs, long outputs, IConvolutionKernels kernels, ScalarType dtype, Device device)
        : base(nameof(MlpLayer))
    {
        _kernels = kernels;
        var layer = Child("layer", new Group());
        _linear = layer.Add("0", nn.Linear(inputs, outputs, hasBias: true, device: device, dtype: dtype));
        _norm = layer.Add("1", new WeightedBatchNorm(outputs, dtype, device));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="rows">[R, inputs].</param>
    /// <param name="multiplicity">[R, 1] copies that a row stands for in batch statistics, or null.</param>
    /// <returns>[R, outputs].</returns>
    public Tensor Forward(Tensor rows, Tensor? multiplicity)
    {
        using var scope = NewDisposeScope();
        return _kernels.NormSilu(_linear.call(rows), null, _norm, multiplicity).MoveToOuterDisposeScope();
    }
}
