using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// An edge-gated convolution without its node-side linear layers as one autograd function: edge product by libtorch, the rest in one
/// native pass over the edges. Saves no row per edge but its input: the gates m are made again in the backward pass, which costs one product
/// more and halves the memory of a step.
/// </summary>
internal sealed unsafe class GatedConvolutionFunction : autograd.MultiTensorFunction<GatedConvolutionFunction>
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
        var pass = Run(rows, weight, bias, call);
        List<Tensor> saved = [rows.Source, rows.Target, rows.Message, rows.Edges, weight, bias];
        List<Tensor> outputs = [pass.Mean];
        if (call.Norm is not null)
        {
            var statistics = pass.Statistics!.Value;
            call.Total = statistics.Total;
            saved.AddRange([statistics.Mean, statistics.Inverse, gamma!, beta!]);
            outputs.Add(CpuNorm.Apply(pass.Gate, rows.Edges, statistics, gamma!, beta!, call.Threads));
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
        var pass = Run(rows, weight, bias, call);
        var edges = call.Norm is null
            ? null
            : CpuNorm.Apply(pass.Gate, rows.Edges, pass.Statistics!.Value, call.Norm.Weight, call.Norm.Bias, call.Threads);
        return (pass.Mean.MoveToOuterDisposeScope(), edges?.MoveToOuterDisposeScope());
    }

    private static (Tensor Gate, Tensor Mean, Tensor Inverse, NormStatistics? Statistics) Run(
        ConvolutionRows rows, Tensor weight, Tensor bias, Call call)
    {
        var (topology, type) = (call.Topology, TensorDoor.TypeOf(rows.Edges));
        var (nodes, edges, channels) = (topology.NodeCount, topology.EdgeCount, rows.Edges.size(1));
        var gate = addmm(bias, rows.Edges, weight.t(), 1, 1);
        var (mean, inverse) = (empty([nodes, channels], gate.dtype), empty([nodes, channels], gate.dtype));
        // Batch statistics come out of the same pass.
        var counts = call.Norm is { training: true } && edges > 0;
        var (center, variance) = counts ? (empty([channels], gate.dtype), empty([channels], gate.dtype)) : (null, null);
        var native = new NativeGateForward
        {
            Type = type,
            Threads = call.Threads,
            NodeCount = nodes,
            EdgeCount = edges,
            Channels = channels,
            RowBegin = TensorDoor.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = TensorDoor.Indices(topology.Source, edges, "source"),
            Weight = TensorDoor.OptionalVector(topology.SumWeight, type, edges, "sum weight"),
            Multiplicity = TensorDoor.OptionalVector(topology.EdgeMultiplicity, type, edges, "edge multiplicity"),
            SourceGate = TensorDoor.Rows(rows.Source, type, nodes, channels, "source gate"),
            TargetGate = TensorDoor.Rows(rows.Target, type, nodes, channels, "target gate"),
            Message = TensorDoor.Rows(rows.Message, type, nodes, channels, "message"),
            Gate = TensorDoor.Rows(gate, type, edges, channels, "edge gate"),
            NodeMean = TensorDoor.Rows(mean, type, nodes, channels, "mean"),
            Inverse = TensorDoor.Rows(inverse, type, nodes, channels, "inverse"),
            Mean = TensorDoor.OptionalVector(center, type, channels, "mean of the gates"),
            Variance = TensorDoor.OptionalVector(variance, type, channels, "variance of the gates"),
        };
        NativeMethods.Training.GateForward(native).ThrowIfFailed();
        GC.KeepAlive(rows);
        GC.KeepAlive(topology);
        NormStatistics? statistics = call.Norm is null ? null
            : counts ? CpuNorm.OfBatch(call.Norm, center!, variance!, edges, topology.EdgeMultiplicity)
            : CpuNorm.Frozen(call.Norm);
        return (gate, mean, inverse, statistics);
    }

    private static List<Tensor?> Differentiate(Call call, List<Tensor> saved, List<Tensor> grads)
    {
        var rows = new ConvolutionRows(saved[0], saved[1], saved[2], saved[3]);
        var (message, edges, weight) = (saved[2], saved[3], saved[4]);
        var noMean = AutogradResults.IsMissing(grads[0]);
        var noEdges = grads.Count < 2 || AutogradResults.IsMissing(grads[1]);
        if (noMean && noEdges)
        {
            return [null, null, null, null, null, null, null, null, null];
        }

        // The same calls on the same numbers: the same bits as in the forward pass.
        var pass = Run(rows, weight, saved[5], call with { Norm = null });
        var gate = pass.Gate;
        var meanGrad = noMean ? zeros_like(message) : grads[0].contiguous();
        var edgeGrad = noEdges ? null : grads[1].contiguous();
        var (gateGrad, sourceGrad, targetGrad, messageGrad) = (empty_like(gate), empty_like(message), empty_like(message), empty_like(message));
        Tensor? sum = null, dot = null;
        if (edgeGrad is null)
        {
            Gates(call, pass, message, meanGrad, null, gateGrad, sourceGrad, targetGrad, messageGrad);
        }
        else
        {
            (sum, dot) = (empty_like(saved[8]), empty_like(saved[8]));
            var statistics = new NormStatistics(saved[6], saved[7], call.Total);
            var norm = CpuNorm.Reduce(edgeGrad, gate, call.Topology.EdgeMultiplicity, statistics, saved[8], saved[9], sum, dot, call.Threads);
            Gates(call, pass, message, meanGrad, &norm, gateGrad, sourceGrad, targetGrad, messageGrad);
        }

        GC.KeepAlive(edgeGrad);
        gate.Dispose();
        var edgesGrad = edgeGrad is null ? gateGrad.mm(weight) : addmm(edgeGrad, gateGrad, weight, 1, 1);
        // Every edge enters one node, so the bias collects what the targets collected.
        return [sourceGrad, targetGrad, messageGrad, edgesGrad, gateGrad.t().mm(edges), targetGrad.sum([0L]), dot, sum, null];
    }

    private static void Gates(
        Call call,
        (Tensor Gate, Tensor Mean, Tensor Inverse, NormStatistics? Statistics) pass,
        Tensor message,
        Tensor meanGrad,
        NativeNormSiluBackward* norm,
        Tensor gateGrad,
        Tensor sourceGrad,
        Tensor targetGrad,
        Tensor messageGrad)
    {
        var (topology, gate) = (call.Topology, pass.Gate);
        var (type, nodes, edges, channels) = (TensorDoor.TypeOf(gate), topology.NodeCount, topology.EdgeCount, gate.size(1));
        var transposed = topology.Transposed;
        var native = new NativeGateBackward
        {
            Type = type,
            Threads = call.Threads,
            NodeCount = nodes,
            EdgeCount = edges,
            Channels = channels,
            RowBegin = TensorDoor.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = TensorDoor.Indices(topology.Source, edges, "source"),
            Target = TensorDoor.Indices(topology.Target, edges, "target"),
            OutBegin = TensorDoor.Indices(transposed.Begin, nodes + 1, "out begin"),
            OutEdge = TensorDoor.Indices(transposed.Edge, edges, "out edge"),
            Weight = TensorDoor.OptionalVector(topology.SumWeight, type, edges, "sum weight"),
            Norm = norm,
            Gate = TensorDoor.Rows(gate, type, edges, channels, "gate"),
            Message = TensorDoor.Rows(message, type, nodes, channels, "message"),
            NodeMean = TensorDoor.Rows(pass.Mean, type, nodes, channels, "mean"),
            Inverse = TensorDoor.Rows(pass.Inverse, type, nodes, channels, "inverse"),
            GradNodeMean = TensorDoor.Rows(meanGrad, type, nodes, channels, "gradient of the mean"),
            GradGate = TensorDoor.Rows(gateGrad, type, edges, channels, "gradient of the gates"),
            GradSourceGate = TensorDoor.Rows(sourceGrad, type, nodes, channels, "gradient of the source gates"),
            GradTargetGate = TensorDoor.Rows(targetGrad, type, nodes, channels, "gradient of the target gates"),
            GradMessage = TensorDoor.Rows(messageGrad, type, nodes, channels, "gradient of the messages"),
        };
        NativeMethods.Training.GateBackward(native).ThrowIfFailed();
        GC.KeepAlive(meanGrad);
        GC.KeepAlive(topology);
    }

    /// <summary>Everything that is no tensor with a gradient.</summary>
    internal sealed record Call(Topology Topology, WeightedBatchNorm? Norm, int Threads)
    {
        /// <summary>Sum of the edges' multiplicities; 0 with frozen statistics.</summary>
        public double Total { get; set; }
    }
}
