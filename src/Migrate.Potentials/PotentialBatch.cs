using static TorchSharp.torch;

namespace Migrate.Potentials;

/// <summary>A graph of several structures as tensors, for potentials that torch computes.</summary>
internal sealed class PotentialBatch : IDisposable
{
    private PotentialBatch(int atoms, int bonds) => (AtomCount, BondCount) = (atoms, bonds);

    /// <summary>Atoms of all structures.</summary>
    public int AtomCount { get; }

    /// <summary>Bonds of all structures.</summary>
    public int BondCount { get; }

    /// <summary>[n_atoms] int64 atomic numbers.</summary>
    public required Tensor AtomicNumbers { get; init; }

    /// <summary>[n_atoms] int64 structure of an atom.</summary>
    public required Tensor StructureOfAtom { get; init; }

    /// <summary>[n_bonds] int64 atom i that a bond leaves, ascending.</summary>
    public required Tensor Centre { get; init; }

    /// <summary>[n_bonds] int64 atom j that a bond ends at.</summary>
    public required Tensor End { get; init; }

    /// <summary>[n_bonds, 3] v_ij = x_j + n·L − x_i, Å.</summary>
    public required Tensor Vectors { get; init; }

    /// <summary>Copies a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Precision and device.</param>
    public static PotentialBatch Create(PotentialGraph graph, PotentialOptions options)
    {
        var device = options.Device;
        using var scope = NewDisposeScope();
        return new PotentialBatch(graph.AtomCount, graph.BondCount)
        {
            AtomicNumbers = tensor(graph.AtomicNumbers, device: device).DetachFromDisposeScope(),
            StructureOfAtom = tensor(graph.StructureOfAtom, device: device).DetachFromDisposeScope(),
            Centre = tensor(graph.Centre, device: device).DetachFromDisposeScope(),
            End = tensor(graph.End, device: device).DetachFromDisposeScope(),
            Vectors = tensor(graph.Vectors, [graph.BondCount, 3]).to(options.Precision, device).DetachFromDisposeScope(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { AtomicNumbers, StructureOfAtom, Centre, End, Vectors })
        {
            tensor.Dispose();
        }
    }
}
