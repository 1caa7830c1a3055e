using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The costly part of an edge-gated convolution, behind one contract for every backend. Results are the same on every run; every
/// input tensor gets its gradient.
/// </summary>
public interface IConvolutionKernels
{
    /// <summary>Short name for tables and messages, for example "torch".</summary>
    string Name { get; }

    /// <summary>
    /// Gate of every edge and gated mean into every node (architecture: edge-gated graph convolution, first three equations):
    /// m_e = source[s(e)] + target[t(e)] + edge[e];
    /// h_v = Σ_{e into v} w_e σ(m_e) message[s(e)] / (Σ_{e into v} w_e σ(m_e) + 1e-6).
    /// </summary>
    /// <param name="source">[V, C] what a node adds to the gate of edges that leave it.</param>
    /// <param name="target">[V, C] what a node adds to the gate of edges that enter it.</param>
    /// <param name="edge">[E, C] the edge's own part of its gate.</param>
    /// <param name="message">[V, C] what a node sends.</param>
    /// <param name="topology">The graph.</param>
    /// <returns>m [E, C] before the sigmoid, and h [V, C]; rows of nodes without incoming edges are zero.</returns>
    (Tensor Gate, Tensor Mean) GatedMean(Tensor source, Tensor target, Tensor edge, Tensor message, Topology topology);

    /// <summary>Mean of the rows of each segment.</summary>
    /// <param name="values">[V, C].</param>
    /// <param name="segment">[V] int64, segment of each row, ascending.</param>
    /// <param name="count">[S, 1] rows of each segment, in the dtype of <paramref name="values"/>, each at least 1.</param>
    /// <returns>[S, C].</returns>
    Tensor SegmentMean(Tensor values, Tensor segment, Tensor count);
}
