using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>The costly part of graph construction, behind one contract for every backend. Implementations are thread-safe.</summary>
public interface IGraphKernels
{
    /// <summary>Short name for tables and messages, for example "cpu".</summary>
    public string Name { get; }

    /// <summary>All pairs with distance ≤ cutoff on the exact lattice, but an atom with itself; two sites at one point are a pair too.</summary>
    /// <param name="structure">The crystal.</param>
    /// <param name="cutoff">Å, positive.</param>
    public NeighborList FindNeighbors(Structure structure, double cutoff);

    /// <summary>Atoms and bonds: the k-nearest-shell graph.</summary>
    /// <param name="structure">The crystal.</param>
    /// <param name="settings">Neighbours, cutoff and the two policies.</param>
    public CrystalGraph BuildGraph(Structure structure, GraphSettings settings);

    /// <summary>Explicit triplets of a crystal graph.</summary>
    /// <param name="graph">The graph.</param>
    public LineGraph BuildLineGraph(CrystalGraph graph);
}
