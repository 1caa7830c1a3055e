using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>Graphs joined end to end in native arrays, as the kernels read them. Bonds and triplets stay sorted by target.</summary>
internal readonly unsafe struct PlanBatch
{
    private PlanBatch(IReadOnlyList<BandGraph> graphs)
    {
        Structures = graphs.Count;
        foreach (var graph in graphs)
        {
            Atoms = checked(Atoms + graph.Crystal.AtomCount);
            Bonds = checked(Bonds + graph.Crystal.BondCount);
            Triplets = checked(Triplets + graph.Line.TripletCount);
        }
    }

    public int Structures { get; }

    public int Atoms { get; }

    public int Bonds { get; }

    public int Triplets { get; }

    /// <summary>[atoms + 1] and so on: see <see cref="CrystalGraph"/> and <see cref="LineGraph"/>.</summary>
    public int* BondRowBegin { get; private init; }

    public int* BondSource { get; private init; }

    public float* BondWeight { get; private init; }

    /// <summary>[bonds] abscissas of a table where there is one, else lengths in Å.</summary>
    public double* BondValue { get; private init; }

    public int* TripletRowBegin { get; private init; }

    public int* TripletSource { get; private init; }

    public float* TripletWeight { get; private init; }

    /// <summary>[triplets] abscissas of a table where there is one, else cosines.</summary>
    public double* TripletValue { get; private init; }

    /// <summary>[structures] first atom that the readout averages over, and how many.</summary>
    public int* PoolBegin { get; private init; }

    public int* PoolCount { get; private init; }

    /// <summary>Joins graphs in their order.</summary>
    /// <param name="graphs">At least one.</param>
    /// <param name="readout">Which atoms are averaged over.</param>
    /// <param name="bondTable">Table of the bond embedding, or null.</param>
    /// <param name="angleTable">Table of the angle embedding, or null.</param>
    /// <param name="buffers">Where the arrays lie.</param>
    public static PlanBatch Create(
        IReadOnlyList<BandGraph> graphs, Readout readout, EmbeddingTable? bondTable, EmbeddingTable? angleTable, PlanBuffers buffers)
    {
        var size = new PlanBatch(graphs);
        var batch = size with
        {
            BondRowBegin = buffers.BondRowBegin.Take<int>(size.Atoms + 1),
            BondSource = buffers.BondSource.Take<int>(size.Bonds),
            BondWeight = buffers.BondWeight.Take<float>(size.Bonds),
            BondValue = buffers.BondValue.Take<double>(size.Bonds),
            TripletRowBegin = buffers.TripletRowBegin.Take<int>(size.Bonds + 1),
            TripletSource = buffers.TripletSource.Take<int>(size.Triplets),
            TripletWeight = buffers.TripletWeight.Take<float>(size.Triplets),
            TripletValue = buffers.TripletValue.Take<double>(size.Triplets),
            PoolBegin = buffers.PoolBegin.Take<int>(size.Structures),
            PoolCount = buffers.PoolCount.Take<int>(size.Structures),
        };
        batch.BondRowBegin[0] = batch.TripletRowBegin[0] = 0;
        var (atom, bond, triplet) = (0, 0, 0);
        for (var s = 0; s < graphs.Count; s++)
        {
            var (crystal, line) = (graphs[s].Crystal, graphs[s].Line);
            batch.CopyBonds(crystal, atom, bond, bondTable);
            batch.CopyTriplets(line, bond, triplet, angleTable);
            (batch.PoolBegin[s], batch.PoolCount[s]) = (atom, readout.PooledAtoms(graphs[s].ImageCount, crystal.AtomCount));
            (atom, bond, triplet) = (atom + crystal.AtomCount, bond + crystal.BondCount, triplet + line.TripletCount);
        }

        return batch;
    }

    /// <summary>[atoms, stride] features: CGCNN bits, then the image marks where the network has them; zero past them.</summary>
    public void FillFeatures<T>(IReadOnlyList<BandGraph> graphs, AlignnOptions options, T* rows, int stride)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var row = new float[stride];
        var atom = 0L;
        foreach (var graph in graphs)
        {
            for (var i = 0; i < graph.Crystal.AtomCount; i++, atom++)
            {
                row.AsSpan().Clear();
                CgcnnFeatures.Fill(graph.Crystal.AtomicNumbers[i], row.AsSpan(0, CgcnnFeatures.Dimension));
                if (options.MarkImages && i < graph.ImageCount)
                {
                    ImageMarks.Of(i, graph.ImageCount, row.AsSpan(AlignnOptions.CgcnnFeatureCount));
                }

                for (var c = 0; c < stride; c++)
                {
                    rows[(atom * stride) + c] = T.CreateTruncating(row[c]);
                }
            }
        }
    }

    private void CopyBonds(CrystalGraph crystal, int atom, int bond, EmbeddingTable? table)
    {
        for (var e = 0; e < crystal.BondCount; e++)
        {
            BondSource[bond + e] = atom + crystal.Source[e];
            BondWeight[bond + e] = crystal.Multiplicity[e];
            BondValue[bond + e] = table?.Position(crystal.Distance[e]) ?? crystal.Distance[e];
        }

        for (var i = 1; i <= crystal.AtomCount; i++)
        {
            BondRowBegin[atom + i] = bond + crystal.RowBegin[i];
        }
    }

    private void CopyTriplets(LineGraph line, int bond, int triplet, EmbeddingTable? table)
    {
        for (var t = 0; t < line.TripletCount; t++)
        {
            TripletSource[triplet + t] = bond + line.Source[t];
            TripletWeight[triplet + t] = line.Weight[t];
            TripletValue[triplet + t] = table?.Position(line.Cosine[t]) ?? line.Cosine[t];
        }

        for (var e = 1; e <= line.BondCount; e++)
        {
            TripletRowBegin[bond + e] = triplet + line.TripletBegin[e];
        }
    }
}
