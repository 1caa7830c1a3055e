using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>The contract by native passes: with custom autograd functions where gradients are wanted, without them else.</summary>
internal sealed class FusedConvolution(ITrainingPasses passes)
{
    /// <summary><see cref="IConvolutionKernels.Convolve"/>.</summary>
    public (Tensor Mean, Tensor? Edges) Convolve(
        ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(topology);
        // The scope also frees what TorchSharp keeps of a function's outputs: a copy of their size, used by nobody here.
        using var scope = NewDisposeScope();
        rows = new ConvolutionRows(passes.Dense(rows.Source), passes.Dense(rows.Target), passes.Dense(rows.Message), passes.Dense(rows.Edges));
        var call = new GatedConvolutionFunction.Call(passes, topology, norm);
        if (!is_grad_enabled())
        {
            var (mean, edges) = GatedConvolutionFunction.Evaluate(rows, weight, bias, call);
            return (mean.MoveToOuterDisposeScope(), edges?.MoveToOuterDisposeScope());
        }

        var outputs = GatedConvolutionFunction.apply(
            rows.Source, rows.Target, rows.Message, rows.Edges, weight, bias, norm?.Weight!, norm?.Bias!, call);
        return (outputs[0].MoveToOuterDisposeScope(), norm is null ? null : outputs[1].MoveToOuterDisposeScope());
    }

    /// <summary><see cref="IConvolutionKernels.NormSilu"/>.</summary>
    public Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(norm);
        using var scope = NewDisposeScope();
        var (dense, kept) = (passes.Dense(rows), residual is null ? null : passes.Dense(residual));
        if (!is_grad_enabled())
        {
            return NormStatistics.Of(passes, norm, dense, multiplicity)
                .Activate(passes, dense, kept, norm.Weight, norm.Bias).MoveToOuterDisposeScope();
        }

        var call = new NormSiluFunction.Call(passes, norm, multiplicity, kept is not null);
        return NormSiluFunction.apply(dense, kept!, norm.Weight, norm.Bias, call).MoveToOuterDisposeScope();
    }
}
