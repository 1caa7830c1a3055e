using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// An edge-gated convolution without its node-side linear layers as one autograd function: edge product by libtorch, the rest in one
/// native pass over the edges. Saves no row per edge but its input: the gates m are made again in the backward pass, which costs one product
/// more and halves the memory of a step.
/// </summary>
internal sealed class GatedConvolutionFunction : autograd.MultiTensorFunction<GatedConvolutionFunction>
{
    private const string CallKey = "call";
    private const int Arguments = 9;

    public override string Name => nameof(GatedConvolutionFunction);

    /// <summary>Arguments: P, Q, M, e, W, b, γ, β (null without a norm), <see cref="Call"/>.</summary>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var rows = new ConvolutionRows((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        var (weight, bias, gamma, beta, call) = ((Tensor)vars[4], (Tensor)vars[5], (Tensor?)vars[6], (Tensor?)vars[7], (Call)vars[8]);
        using var guard = no_grad();
        var (pass, statistics) = Run(rows, weight, bias, call);
        List<Tensor> saved = [rows.Source, rows.Target, rows.Message, rows.Edges, weight, bias];
        List<Tensor> outputs = [pass.Mean];
        if (statistics is { } norm)
        {
            call.Total = norm.Total;
            saved.AddRange([norm.Mean, norm.Inverse, gamma!, beta!]);
            outputs.Add(norm.Activate(call.Passes, pass.Gate, rows.Edges, gamma!, beta!));
        }

        ctx.save_data(CallKey, call);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(saved);
        return outputs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
        AutogradResults.Backward(Arguments, ctx, grad_outputs, saved => Differentiate((Call)ctx.get_data(CallKey), saved, grad_outputs));

    /// <summary>The forward pass without anything saved.</summary>
    internal static (Tensor Mean, Tensor? Edges) Evaluate(ConvolutionRows rows, Tensor weight, Tensor bias, Call call)
    {
        using var scope = NewDisposeScope();
        var (pass, statistics) = Run(rows, weight, bias, call);
        var edges = statistics?.Activate(call.Passes, pass.Gate, rows.Edges, call.Norm!.Weight, call.Norm.Bias);
        return (pass.Mean.MoveToOuterDisposeScope(), edges?.MoveToOuterDisposeScope());
    }

    private static (GatePass Pass, NormStatistics? Statistics) Run(ConvolutionRows rows, Tensor weight, Tensor bias, Call call)
    {
        var (topology, norm) = (call.Topology, call.Norm);
        var wantsStatistics = norm is { training: true } && topology.EdgeCount > 0;
        var pass = call.Passes.Gates(rows, addmm(bias, rows.Edges, weight.t(), 1, 1), topology, wantsStatistics);
        NormStatistics? statistics = norm is null ? null
            : wantsStatistics ? NormStatistics.OfBatch(norm, pass.Center!, pass.Variance!, topology.EdgeCount, topology.EdgeMultiplicity)
            : NormStatistics.Frozen(norm);
        return (pass, statistics);
    }

    private static List<Tensor?> Differentiate(Call call, List<Tensor> saved, List<Tensor> grads)
    {
        var rows = new ConvolutionRows(saved[0], saved[1], saved[2], saved[3]);
        var (message, edges, weight, passes) = (saved[2], saved[3], saved[4], call.Passes);
        var noMean = AutogradResults.IsMissing(grads[0]);
        var noEdges = grads.Count < 2 || AutogradResults.IsMissing(grads[1]);
        if (noMean && noEdges)
        {
            return [null, null, null, null, null, null, null, null, null];
        }

        // The same calls on the same numbers: the same bits as in the forward pass.
        var (pass, _) = Run(rows, weight, saved[5], call with { Norm = null });
        var meanGrad = noMean ? zeros_like(message) : passes.Dense(grads[0]);
        NormPass? norm = null;
        if (!noEdges)
        {
            var (statistics, gamma, beta) = (new NormStatistics(saved[6], saved[7], call.Total), saved[8], saved[9]);
            norm = new NormPass(
                passes.Dense(grads[1]), pass.Gate, call.Topology.EdgeMultiplicity, statistics, gamma, beta, empty_like(gamma), empty_like(gamma));
            passes.Reduce(norm.Value);
        }

        var back = passes.GateGradients(pass, message, meanGrad, norm, call.Topology);
        pass.Gate.Dispose();
        var edgesGrad = norm is null ? back.Gate.mm(weight) : addmm(norm.Value.Grad, back.Gate, weight, 1, 1);
        // Every edge enters one node, so the bias collects what the targets collected.
        return [back.Source, back.Target, back.Message, edgesGrad, back.Gate.t().mm(edges), back.Target.sum([0L]), norm?.Dot, norm?.Sum, null];
    }

    /// <summary>Everything that is no tensor with a gradient.</summary>
    internal sealed record Call(ITrainingPasses Passes, Topology Topology, WeightedBatchNorm? Norm)
    {
        /// <summary>Sum of the edges' multiplicities; 0 with frozen statistics.</summary>
        public double Total { get; set; }
    }
}
