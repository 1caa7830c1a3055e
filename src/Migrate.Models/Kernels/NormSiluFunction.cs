using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>residual + silu(norm(rows)) as one autograd function over the native passes. Saves its input; recomputes the rest.</summary>
internal sealed class NormSiluFunction : autograd.SingleTensorFunction<NormSiluFunction>
{
    private const string CallKey = "call";
    private const int Arguments = 5;

    public override string Name => nameof(NormSiluFunction);

    /// <summary>Everything that is no tensor with a gradient.</summary>
    internal sealed record Call(ITrainingPasses Passes, WeightedBatchNorm Norm, Tensor? Multiplicity, bool HasResidual)
    {
        /// <summary>Sum of the multiplicities; 0 with frozen statistics.</summary>
        public double Total { get; set; }
    }

    /// <summary>Arguments: rows, residual or null, γ, β, <see cref="Call"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, residual, gamma, beta, call) = ((Tensor)vars[0], (Tensor?)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Call)vars[4]);
        using var guard = no_grad();
        var statistics = NormStatistics.Of(call.Passes, call.Norm, rows, call.Multiplicity);
        call.Total = statistics.Total;
        ctx.save_data(CallKey, call);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([rows, statistics.Mean, statistics.Inverse, gamma, beta]);
        return statistics.Activate(call.Passes, rows, residual, gamma, beta);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        AutogradResults.Backward(Arguments, ctx, [grad_output], saved =>
        {
            var call = (Call)ctx.get_data(CallKey);
            var (rows, gamma, beta) = (saved[0], saved[3], saved[4]);
            if (AutogradResults.IsMissing(grad_output))
            {
                return [null, null, null, null, null];
            }

            var statistics = new NormStatistics(saved[1], saved[2], call.Total);
            var norm = new NormPass(
                call.Passes.Dense(grad_output), rows, call.Multiplicity, statistics, gamma, beta, empty_like(gamma), empty_like(gamma));
            call.Passes.Reduce(norm);
            var result = call.Passes.NormGradient(norm);
            // The residual's gradient is the output's own.
            return [result, call.HasResidual ? grad_output.alias() : null, norm.Dot, norm.Sum, null];
        });
}
