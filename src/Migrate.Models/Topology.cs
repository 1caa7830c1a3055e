using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Who sends to whom on a directed graph whose edges are sorted by target: atoms and bonds, or (one level up) bonds and triplets.
/// </summary>
/// <param name="NodeCount">Nodes V.</param>
/// <param name="Source">[E] int64, node that edge e leaves.</param>
/// <param name="Target">[E] int64, node that edge e enters, ascending.</param>
/// <param name="SumWeight">[E, 1] weight of edge e in the sum into its target, or null where every weight is 1.</param>
/// <param name="EdgeMultiplicity">[E, 1] copies of edge e that batch statistics count, or null where every one is 1.</param>
/// <param name="NodeMultiplicity">[V, 1] copies of node v that batch statistics count, or null where every one is 1.</param>
public sealed record Topology(
    long NodeCount,
    Tensor Source,
    Tensor Target,
    Tensor? SumWeight,
    Tensor? EdgeMultiplicity,
    Tensor? NodeMultiplicity)
{
    /// <summary>Edges E.</summary>
    public long EdgeCount => Source.shape[0];
}
