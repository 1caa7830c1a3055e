using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Edge-gated graph convolution with residuals (Bresson and Laurent 2017, as used by ALIGNN). For node rows x and edge rows e:
/// <code>
/// m_uv  = src_gate(x_u) + dst_gate(x_v) + edge_gate(e_uv)
/// h_v   = Σ σ(m_uv) dst_update(x_u) / (Σ σ(m_uv) + 1e-6)        over edges u→v
/// x'_v  = x_v  + SiLU(bn_nodes(src_update(x_v) + h_v))
/// e'_uv = e_uv + SiLU(bn_edges(m_uv))
/// </code>
/// The names are upstream's: dst_update acts on the sending node, src_update on the receiving one.
/// </summary>
public sealed class EdgeGatedConvolution : NetworkPart
{
    private readonly Linear _sourceGate, _targetGate, _edgeGate, _ownUpdate, _message;
    private readonly WeightedBatchNorm _edgeNorm, _nodeNorm;
    private readonly IConvolutionKernels _kernels;

    /// <summary>A convolution that keeps the width of its rows.</summary>
    public EdgeGatedConvolution(long channels, IConvolutionKernels kernels, ScalarType dtype, Device device)
        : base(nameof(EdgeGatedConvolution))
    {
        _kernels = kernels;
        _sourceGate = Linear("src_gate", channels, channels, dtype, device);
        _targetGate = Linear("dst_gate", channels, channels, dtype, device);
        _edgeGate = Linear("edge_gate", channels, channels, dtype, device);
        _edgeNorm = Child("bn_edges", new WeightedBatchNorm(channels, dtype, device));
        _ownUpdate = Linear("src_update", channels, channels, dtype, device);
        _message = Linear("dst_update", channels, channels, dtype, device);
        _nodeNorm = Child("bn_nodes", new WeightedBatchNorm(channels, dtype, device));
    }

    /// <summary>One convolution.</summary>
    /// <param name="nodes">[V, C] x.</param>
    /// <param name="edges">[E, C] e, in the order of the topology.</param>
    /// <param name="topology">The graph.</param>
    /// <param name="wantEdges">False where e' is not needed: it is not computed, and its norm's running statistics stay as they are.</param>
    /// <returns>x' [V, C] and e' [E, C] (null where not wanted).</returns>
    public (Tensor Nodes, Tensor? Edges) Forward(Tensor nodes, Tensor edges, Topology topology, bool wantEdges = true)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(topology);
        using var scope = NewDisposeScope();
        var (mean, newEdges) = _kernels.Convolve(
            new ConvolutionRows(_sourceGate.call(nodes), _targetGate.call(nodes), _message.call(nodes), edges),
            _edgeGate.weight,
            _edgeGate.bias!,
            wantEdges ? _edgeNorm : null,
            topology);
        var newNodes = _kernels.NormSilu(_ownUpdate.call(nodes) + mean, nodes, _nodeNorm, topology.NodeMultiplicity);
        return (newNodes.MoveToOuterDisposeScope(), newEdges?.MoveToOuterDisposeScope());
    }
}
