using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>A batch of graphs as tensors of one dtype on one device. Owns its tensors.</summary>
public sealed class BandBatch : IDisposable
{
    private readonly List<Tensor> _owned;

    private BandBatch(List<Tensor> owned) => _owned = owned;

    /// <summary>Structures in the batch.</summary>
    public int StructureCount { get; private init; }

    /// <summary>[n_atoms, features] atom features: 92 CGCNN bits, then the image marks where the network has them.</summary>
    public required Tensor AtomFeatures { get; init; }

    /// <summary>[n_bonds] bond lengths, Å.</summary>
    public required Tensor BondLength { get; init; }

    /// <summary>[n_triplets] cosines between the bonds of a triplet.</summary>
    public required Tensor Cosine { get; init; }

    /// <summary>Atoms and bonds.</summary>
    public required Topology Bonds { get; init; }

    /// <summary>Bonds and triplets.</summary>
    public required Topology Triplets { get; init; }

    /// <summary>[n_pooled] int64, atoms that the readout averages over, ascending; null where it is all of them.</summary>
    public Tensor? Pooled { get; init; }

    /// <summary>[n_pooled] int64, structure of each of these atoms, ascending.</summary>
    public required Tensor Segment { get; init; }

    /// <summary>[n_structures, 1] how many of these atoms a structure has.</summary>
    public required Tensor PooledCount { get; init; }

    /// <summary>[n_structures] the same numbers on the host.</summary>
    public required IReadOnlyList<int> PooledAtoms { get; init; }

    /// <summary>Uploads a batch.</summary>
    /// <param name="batch">The graphs.</param>
    /// <param name="options">The network that will read them: decides the atom features.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <exception cref="InvalidInputException">An element has no CGCNN features.</exception>
    public static BandBatch Create(GraphBatch batch, AlignnOptions options, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        using var scope = NewDisposeScope();
        List<Tensor> owned = [];
        Tensor Keep(Tensor tensor)
        {
            owned.Add(tensor);
            return tensor;
        }

        Tensor Real(double[] values) => Keep(tensor(values, float64).to(dtype).to(device));
        Tensor Column(float[] values) => Keep(tensor(values, float32).to(dtype).to(device).unsqueeze(1));
        Tensor Index(long[] values) => Keep(tensor(values, int64).to(device));
        var bondMultiplicity = batch.UnitWeights ? null : Column(batch.BondWeight);
        var (pooled, segment, count) = Pool(batch, options.Readout);
        var result = new BandBatch(owned)
        {
            StructureCount = batch.StructureCount,
            AtomFeatures = Keep(
                tensor(Features(batch, options), [batch.AtomCount, options.AtomFeatures], float32).to(dtype).to(device)),
            BondLength = Real(batch.BondLength),
            Cosine = Real(batch.TripletCosine),
            Bonds = new Topology(
                batch.AtomCount, Index(batch.BondRowBegin), Index(batch.BondSource), Index(batch.BondTarget), bondMultiplicity, bondMultiplicity, null),
            Triplets = new Topology(
                batch.BondCount,
                Index(batch.TripletRowBegin),
                Index(batch.TripletSource),
                Index(batch.TripletTarget),
                batch.UnitWeights ? null : Column(batch.TripletWeight),
                batch.UnitWeights ? null : Column(batch.TripletMultiplicity),
                bondMultiplicity),
            Pooled = options.Readout == Readout.AllAtoms ? null : Index(pooled),
            Segment = Index(segment),
            PooledCount = Column([.. count.Select(c => (float)c)]),
            PooledAtoms = count,
        };
        // Only now: until here the scope frees everything if a step throws.
        foreach (var tensor in owned)
        {
            tensor.DetachFromDisposeScope();
        }

        return result;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Bonds.Dispose();
        Triplets.Dispose();
        _owned.ForEach(tensor => tensor.Dispose());
    }

    private static float[] Features(GraphBatch batch, AlignnOptions options)
    {
        var width = options.AtomFeatures;
        var features = new float[(long)batch.AtomCount * width];
        for (var atom = 0; atom < batch.AtomCount; atom++)
        {
            CgcnnFeatures.Fill(batch.AtomicNumbers[atom], features.AsSpan(atom * width, CgcnnFeatures.Dimension));
        }

        for (var s = 0; options.MarkImages && s < batch.StructureCount; s++)
        {
            var rows = features.AsSpan(batch.AtomBegin[s] * width, (batch.AtomBegin[s + 1] - batch.AtomBegin[s]) * width);
            ImageMarks.Fill(rows, width, AlignnOptions.CgcnnFeatureCount, batch.ImageCount[s]);
        }

        return features;
    }

    private static (long[] Atoms, long[] Segment, int[] Count) Pool(GraphBatch batch, Readout readout)
    {
        var (atoms, segment) = (new List<long>(), new List<long>());
        var count = new int[batch.StructureCount];
        for (var s = 0; s < batch.StructureCount; s++)
        {
            var pooled = readout.PooledAtoms(batch.ImageCount[s], batch.AtomBegin[s + 1] - batch.AtomBegin[s]);
            atoms.AddRange(Enumerable.Range(batch.AtomBegin[s], pooled).Select(atom => (long)atom));
            segment.AddRange(Enumerable.Repeat((long)s, pooled));
            count[s] = pooled;
        }

        return ([.. atoms], [.. segment], count);
    }
}
