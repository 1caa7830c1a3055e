using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Potentials;

/// <summary>
/// Several structures as one graph: atoms one after another, directed bonds i → j of every pair within the cutoff, in both directions and
/// over all periodic images, sorted by their centre i.
/// </summary>
internal sealed class PotentialBatch : IDisposable
{
    private PotentialBatch(int structures, int atoms, int bonds) => (StructureCount, AtomCount, BondCount) = (structures, atoms, bonds);

    /// <summary>Structures of the batch.</summary>
    public int StructureCount { get; }

    /// <summary>Atoms of all structures.</summary>
    public int AtomCount { get; }

    /// <summary>Bonds of all structures.</summary>
    public int BondCount { get; }

    /// <summary>[n_atoms] int64 atomic numbers.</summary>
    public required Tensor AtomicNumbers { get; init; }

    /// <summary>[n_atoms] int64 structure of an atom.</summary>
    public required Tensor StructureOfAtom { get; init; }

    /// <summary>[n_bonds] int64 structure of a bond.</summary>
    public required Tensor StructureOfBond { get; init; }

    /// <summary>[n_bonds] int64 atom i that a bond leaves, ascending.</summary>
    public required Tensor Centre { get; init; }

    /// <summary>[n_bonds] int64 atom j that a bond ends at.</summary>
    public required Tensor End { get; init; }

    /// <summary>[n_bonds, 3] v_ij = x_j + n·L − x_i, Å.</summary>
    public required Tensor Vectors { get; init; }

    /// <summary>Joins structures whose neighbours are known.</summary>
    /// <param name="parts">Structures and their neighbour lists.</param>
    /// <param name="options">Precision and device.</param>
    public static PotentialBatch Create(IReadOnlyList<(Structure Structure, NeighborList Neighbors)> parts, PotentialOptions options)
    {
        var (atoms, bonds) = (parts.Sum(p => p.Structure.Count), parts.Sum(p => p.Neighbors.Count));
        var (numbers, structureOfAtom) = (new long[atoms], new long[atoms]);
        var (centre, end, structureOfBond) = (new long[bonds], new long[bonds], new long[bonds]);
        var vectors = new double[3 * bonds];
        var (atom, bond) = (0, 0);
        for (var s = 0; s < parts.Count; s++)
        {
            var (structure, neighbors) = parts[s];
            for (var i = 0; i < structure.Count; i++)
            {
                (numbers[atom + i], structureOfAtom[atom + i]) = (structure.AtomicNumbers[i], s);
            }

            for (var k = 0; k < neighbors.Count; k++)
            {
                (centre[bond + k], end[bond + k], structureOfBond[bond + k]) = (atom + neighbors.Source[k], atom + neighbors.Target[k], s);
            }

            neighbors.Displacement.AsSpan(0, 3 * neighbors.Count).CopyTo(vectors.AsSpan(3 * bond));
            (atom, bond) = (atom + structure.Count, bond + neighbors.Count);
        }

        var device = options.Device;
        using var scope = NewDisposeScope();
        return new PotentialBatch(parts.Count, atoms, bonds)
        {
            AtomicNumbers = tensor(numbers, device: device).DetachFromDisposeScope(),
            StructureOfAtom = tensor(structureOfAtom, device: device).DetachFromDisposeScope(),
            StructureOfBond = tensor(structureOfBond, device: device).DetachFromDisposeScope(),
            Centre = tensor(centre, device: device).DetachFromDisposeScope(),
            End = tensor(end, device: device).DetachFromDisposeScope(),
            Vectors = tensor(vectors, [bonds, 3]).to(options.Precision, device).DetachFromDisposeScope(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { AtomicNumbers, StructureOfAtom, StructureOfBond, Centre, End, Vectors })
        {
            tensor.Dispose();
        }
    }
}
