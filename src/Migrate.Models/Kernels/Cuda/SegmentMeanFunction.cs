using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Means of segments as one autograd function over the CUDA kernels.</summary>
internal sealed class SegmentMeanFunction : autograd.SingleTensorFunction<SegmentMeanFunction>
{
    private const string CallKey = "call";
    private const int Arguments = 2;

    public override string Name => nameof(SegmentMeanFunction);

    /// <summary>Arguments: values [V, C], <see cref="Call"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (values, call) = ((Tensor)vars[0], (Call)vars[1]);
        using var guard = no_grad();
        ctx.save_data(CallKey, call);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([call.Count]);
        return call.Passes.SegmentMean(values, call.Count);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        AutogradResults.Backward(Arguments, ctx, [grad_output], saved =>
        {
            var call = (Call)ctx.get_data(CallKey);
            return AutogradResults.IsMissing(grad_output)
                ? [null, null]
                : [call.Passes.SegmentMeanGradient(call.Passes.Dense(grad_output), call.Segment, saved[0]), null];
        });

    /// <summary>Everything that is no tensor with a gradient.</summary>
    /// <param name="Passes">The kernels.</param>
    /// <param name="Segment">[V] int64, of each row, ascending.</param>
    /// <param name="Count">[S] int64, rows of each segment, at least 1.</param>
    internal sealed record Call(CudaTrainingPasses Passes, Tensor Segment, Tensor Count);
}
