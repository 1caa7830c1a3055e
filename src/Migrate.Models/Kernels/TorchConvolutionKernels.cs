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
    public (Tensor Mean, Tensor? Edges) Convolve(
        ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(topology);
        using var scope = NewDisposeScope();
        var gate = rows.Source.index_select(0, topology.Source) + rows.Target.index_select(0, topology.Target)
            + nn.functional.linear(rows.Edges, weight, bias);
        var open = gate.sigmoid();
        if (topology.SumWeight is not null)
        {
            open = open * topology.SumWeight;
        }

        var zero = zeros([topology.NodeCount, rows.Message.shape[1]], rows.Message.dtype, rows.Message.device);
        var sum = zero.index_add(0, topology.Target, open * rows.Message.index_select(0, topology.Source), 1);
        var gates = zero.index_add(0, topology.Target, open, 1);
        var mean = sum / (gates + HeldScalar.Of(GateEpsilon));
        var edges = norm is null ? null : NormSilu(gate, rows.Edges, norm, topology.EdgeMultiplicity);
        return (mean.MoveToOuterDisposeScope(), edges?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity)
    {
        ArgumentNullException.ThrowIfNull(norm);
        using var scope = NewDisposeScope();
        var activated = nn.functional.silu(norm.Forward(rows, multiplicity));
        return (residual is null ? activated : residual + activated).MoveToOuterDisposeScope();
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
