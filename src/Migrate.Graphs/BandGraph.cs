namespace Migrate.Graphs;

/// <summary>Everything that the network reads of one structure.</summary>
/// <param name="Crystal">Atoms and bonds.</param>
/// <param name="Line">Bonds and triplets.</param>
/// <param name="ImageCount">Atoms 0 .. ImageCount − 1 are the images of the migrating ion; 0 where the structure is no band.</param>
public sealed record BandGraph(CrystalGraph Crystal, LineGraph Line, int ImageCount)
{
    /// <summary>The second graph of the same path, for networks that read two; null for those that read one.</summary>
    public BandGraph? Second { get; init; }
}
