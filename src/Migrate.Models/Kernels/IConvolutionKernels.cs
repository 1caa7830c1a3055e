using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The costly parts of the network, behind one contract for every backend. Results are the same on every run; every input and
/// parameter gets its gradient.
/// </summary>
public interface IConvolutionKernels
{
    /// <summary>Short name for tables and messages, for example "torch".</summary>
    string Name { get; }

    /// <summary>
    /// Edge-gated convolution without its node-side linear layers (architecture: edge-gated graph convolution):
    /// m_e = P[s(e)] + Q[t(e)] + W e + b;
    /// h_v = Σ_{e into v} w_e σ(m_e) M[s(e)] / (Σ_{e into v} w_e σ(m_e) + 1e-6);
    /// e' = e + SiLU(norm(m)).
    /// </summary>
    /// <param name="rows">P, Q, M and e.</param>
    /// <param name="weight">[C, C] W, row = output channel.</param>
    /// <param name="bias">[C] b.</param>
    /// <param name="norm">The edges' norm, or null where e' is not wanted.</param>
    /// <param name="topology">The graph.</param>
    /// <returns>h [V, C], rows of nodes without incoming edges being zero, and e' [E, C] or null.</returns>
    (Tensor Mean, Tensor? Edges) Convolve(ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology);

    /// <summary>residual + SiLU(norm(rows)).</summary>
    /// <param name="rows">[R, C].</param>
    /// <param name="residual">[R, C], or null for none.</param>
    /// <param name="norm">The norm: by the batch in training mode, by its running statistics else.</param>
    /// <param name="multiplicity">[R, 1] copies that a row stands for in batch statistics, or null.</param>
    /// <returns>[R, C].</returns>
    Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity);

    /// <summary>Mean of the rows of each segment.</summary>
    /// <param name="values">[V, C].</param>
    /// <param name="segment">[V] int64, segment of each row, ascending.</param>
    /// <param name="count">[S, 1] rows of each segment, in the dtype of <paramref name="values"/>, each at least 1.</param>
    /// <returns>[S, C].</returns>
    Tensor SegmentMean(Tensor values, Tensor segment, Tensor count);
}

/// <summary>The rows that an edge-gated convolution reads.</summary>
/// <param name="Source">[V, C] P: what a node adds to the gate of edges that leave it.</param>
/// <param name="Target">[V, C] Q: what a node adds to the gate of edges that enter it.</param>
/// <param name="Message">[V, C] M: what a node sends.</param>
/// <param name="Edges">[E, C] e, in the order of the topology.</param>
public readonly record struct ConvolutionRows(Tensor Source, Tensor Target, Tensor Message, Tensor Edges);
