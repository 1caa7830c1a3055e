namespace Migrate.Graphs;

/// <summary>How the neighbours of one atom were chosen.</summary>
/// <param name="Kept">Neighbours kept: k or more.</param>
/// <param name="ShellRadius">Distance d_k of the k-th neighbour, Å.</param>
/// <param name="TiesKept">Neighbours kept beyond the k-th because they lie in its shell.</param>
/// <param name="TiesDropped">Neighbours left out within 1e-3 Å of the cut: where this is not 0, the graph depends on rounding.</param>
/// <param name="GapAfterCut">Distance from the cut to the first neighbour left out, Å; infinite where none was seen.</param>
/// <param name="CoincidentSkipped">Pairs at 0.15 Å or less, which are not taken for neighbours.</param>
public readonly record struct SiteNeighborhood(
    int Kept, double ShellRadius, int TiesKept, int TiesDropped, double GapAfterCut, int CoincidentSkipped);
