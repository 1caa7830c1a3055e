using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Potentials;

/// <summary>
/// Several structures as one graph: atoms one after another, directed bonds i → j of every pair within the cutoff, in both directions and
/// over all periodic images, sorted by their centre i.
/// </summary>
internal sealed class PotentialGraph
{
    private PotentialGraph(int structures, int atoms, int bonds)
    {
        (StructureCount, AtomCount, BondCount) = (structures, atoms, bonds);
        (AtomicNumbers, StructureOfAtom, Begin) = (new long[atoms], new long[atoms], new long[atoms + 1]);
        (StructureOfBond, Centre, End, Vectors) = (new long[bonds], new long[bonds], new long[bonds], new double[3 * bonds]);
    }

    /// <summary>Structures of the graph.</summary>
    public int StructureCount { get; }

    /// <summary>Atoms of all structures.</summary>
    public int AtomCount { get; }

    /// <summary>Bonds of all structures.</summary>
    public int BondCount { get; }

    /// <summary>[n_atoms] atomic numbers.</summary>
    public long[] AtomicNumbers { get; }

    /// <summary>[n_atoms] structure of an atom.</summary>
    public long[] StructureOfAtom { get; }

    /// <summary>[n_atoms + 1] bonds of a centre.</summary>
    public long[] Begin { get; }

    /// <summary>[n_bonds] structure of a bond.</summary>
    public long[] StructureOfBond { get; }

    /// <summary>[n_bonds] atom i that a bond leaves, ascending.</summary>
    public long[] Centre { get; }

    /// <summary>[n_bonds] atom j that a bond ends at.</summary>
    public long[] End { get; }

    /// <summary>[n_bonds, 3] v_ij = x_j + n·L − x_i, Å.</summary>
    public double[] Vectors { get; }

    /// <summary>Joins structures whose neighbours are known.</summary>
    /// <param name="parts">Structures and their neighbour lists.</param>
    public static PotentialGraph Create(IReadOnlyList<(Structure Structure, NeighborList Neighbors)> parts)
    {
        var graph = new PotentialGraph(parts.Count, parts.Sum(p => p.Structure.Count), parts.Sum(p => p.Neighbors.Count));
        var (atom, bond) = (0, 0);
        for (var s = 0; s < parts.Count; s++)
        {
            var (structure, neighbors) = parts[s];
            for (var i = 0; i < structure.Count; i++)
            {
                (graph.AtomicNumbers[atom + i], graph.StructureOfAtom[atom + i]) = (structure.AtomicNumbers[i], s);
            }

            for (var k = 0; k < neighbors.Count; k++)
            {
                (graph.Centre[bond + k], graph.End[bond + k], graph.StructureOfBond[bond + k]) = (atom + neighbors.Source[k], atom + neighbors.Target[k], s);
                graph.Begin[atom + neighbors.Source[k] + 1]++;
            }

            neighbors.Displacement.AsSpan(0, 3 * neighbors.Count).CopyTo(graph.Vectors.AsSpan(3 * bond));
            (atom, bond) = (atom + structure.Count, bond + neighbors.Count);
        }

        for (var i = 0; i < graph.AtomCount; i++)
        {
            graph.Begin[i + 1] += graph.Begin[i];
        }

        return graph;
    }
}
