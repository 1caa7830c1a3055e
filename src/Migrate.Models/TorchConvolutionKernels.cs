using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The contract in plain TorchSharp operations, on any device and dtype: the oracle that faster backends are compared with, and the
/// baseline of every benchmark. Sums are index_add over edges sorted by target, the same on every run on the CPU.
/// </summary>
public sealed class TorchConvolutionKernels : IConvolutionKernels
{
    /// <summary>Added to the sum of gates, so that a node without incoming edges gets zero (published value).</summary>
    public const double GateEpsilon = 1e-6;

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public (Tensor Gate, Tensor Mean) GatedMean(Tensor source, Tensor target, Tensor edge, Tensor message, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(edge);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(topology);
        using var scope = NewDisposeScope();
        var gate = source.index_select(0, topology.Source) + target.index_select(0, topology.Target) + edge;
        var open = gate.sigmoid();
        if (topology.SumWeight is not null)
        {
            open = open * topology.SumWeight;
        }

        var zero = zeros([topology.NodeCount, message.shape[1]], message.dtype, message.device);
        var sum = zero.index_add(0, topology.Target, open * message.index_select(0, topology.Source), 1);
        var gates = zero.index_add(0, topology.Target, open, 1);
        var mean = sum / (gates + GateEpsilon);
        return (gate.MoveToOuterDisposeScope(), mean.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor SegmentMean(Tensor values, Tensor segment, Tensor count)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(count);
        using var scope = NewDisposeScope();
        var sum = zeros([count.shape[0], values.shape[1]], values.dtype, values.device).index_add(0, segment, values, 1);
        return (sum / count).MoveToOuterDisposeScope();
    }
}
