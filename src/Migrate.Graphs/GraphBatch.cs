namespace Migrate.Graphs;

/// <summary>Several graphs as one: arrays joined end to end, indices shifted. Bonds and triplets stay sorted by target.</summary>
public sealed class GraphBatch
{
    private GraphBatch()
    {
    }

    /// <summary>Structures in the batch.</summary>
    public int StructureCount => ImageCount.Length;

    /// <summary>Atoms of all structures.</summary>
    public int AtomCount => AtomicNumbers.Length;

    /// <summary>Directed bonds of all structures.</summary>
    public int BondCount => BondSource.Length;

    /// <summary>Line-graph edges of all structures.</summary>
    public int TripletCount => TripletSource.Length;

    /// <summary>[n_structures + 1] atoms of structure s are AtomBegin[s] .. AtomBegin[s + 1].</summary>
    public required int[] AtomBegin { get; init; }

    /// <summary>[n_atoms].</summary>
    public required byte[] AtomicNumbers { get; init; }

    /// <summary>[n_structures] leading atoms that are images of the migrating ion; 0 where the structure is no band.</summary>
    public required int[] ImageCount { get; init; }

    /// <summary>[n_bonds] atom that the bond leaves.</summary>
    public required long[] BondSource { get; init; }

    /// <summary>[n_bonds] atom that the bond enters, ascending.</summary>
    public required long[] BondTarget { get; init; }

    /// <summary>[n_bonds] Å.</summary>
    public required double[] BondLength { get; init; }

    /// <summary>[n_bonds] multiplicity: weight in the sum into the target atom and in batch statistics.</summary>
    public required float[] BondWeight { get; init; }

    /// <summary>[n_atoms + 1] bonds that enter atom i are BondRowBegin[i] .. BondRowBegin[i + 1].</summary>
    public required long[] BondRowBegin { get; init; }

    /// <summary>[n_triplets] first bond.</summary>
    public required long[] TripletSource { get; init; }

    /// <summary>[n_triplets] second bond, ascending.</summary>
    public required long[] TripletTarget { get; init; }

    /// <summary>[n_bonds + 1] triplets that enter bond e are TripletRowBegin[e] .. TripletRowBegin[e + 1].</summary>
    public required long[] TripletRowBegin { get; init; }

    /// <summary>[n_triplets] −r1 · r2 / (|r1| |r2|).</summary>
    public required double[] TripletCosine { get; init; }

    /// <summary>[n_triplets] weight in the sum into the target bond.</summary>
    public required float[] TripletWeight { get; init; }

    /// <summary>[n_triplets] weight in batch statistics: copies in the published line graph.</summary>
    public required float[] TripletMultiplicity { get; init; }

    /// <summary>True if every weight is 1: the weighting can be skipped.</summary>
    public required bool UnitWeights { get; init; }

    /// <summary>Joins graphs in their order.</summary>
    /// <param name="graphs">At least one.</param>
    /// <exception cref="ArgumentException">No graphs, or a line graph that belongs to another crystal graph.</exception>
    /// <exception cref="OverflowException">More than 2³¹ − 1 bonds or triplets.</exception>
    public static GraphBatch Create(IReadOnlyList<BandGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        var (atoms, bonds, triplets) = Measure(graphs);
        var batch = new GraphBatch
        {
            AtomBegin = new int[graphs.Count + 1],
            AtomicNumbers = new byte[atoms],
            ImageCount = new int[graphs.Count],
            BondSource = new long[bonds],
            BondTarget = new long[bonds],
            BondLength = new double[bonds],
            BondWeight = new float[bonds],
            BondRowBegin = new long[atoms + 1],
            TripletSource = new long[triplets],
            TripletTarget = new long[triplets],
            TripletRowBegin = new long[bonds + 1],
            TripletCosine = new double[triplets],
            TripletWeight = new float[triplets],
            TripletMultiplicity = new float[triplets],
            UnitWeights = graphs.All(graph => !graph.Crystal.Multiplicity.AsSpan().ContainsAnyExcept((byte)1)),
        };
        var (atom, bond, triplet) = (0, 0, 0);
        for (var s = 0; s < graphs.Count; s++)
        {
            batch.ImageCount[s] = graphs[s].ImageCount;
            batch.CopyCrystal(graphs[s].Crystal, atom, bond);
            batch.CopyLine(graphs[s], bond, triplet);
            atom += graphs[s].Crystal.AtomCount;
            bond += graphs[s].Crystal.BondCount;
            triplet += graphs[s].Line.TripletCount;
            batch.AtomBegin[s + 1] = atom;
        }

        return batch;
    }

    /// <summary>Joins the graphs of each input of a network that reads several.</summary>
    /// <param name="graphs">At least one; all with a second graph, or none.</param>
    /// <returns>One batch, or two where the graphs have a <see cref="BandGraph.Second"/>.</returns>
    /// <exception cref="ArgumentException">As above, or a second graph is missing.</exception>
    public static IReadOnlyList<GraphBatch> CreateInputs(IReadOnlyList<BandGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        var first = Create(graphs);
        return graphs[0].Second is null
            ? [first]
            : [first, Create([.. graphs.Select(graph => graph.Second ?? throw new ArgumentException("a second graph is missing", nameof(graphs)))])];
    }

    private static (int Atoms, int Bonds, int Triplets) Measure(IReadOnlyList<BandGraph> graphs)
    {
        if (graphs.Count == 0)
        {
            throw new ArgumentException("a batch needs at least one graph", nameof(graphs));
        }

        var (atoms, bonds, triplets) = (0, 0, 0);
        foreach (var graph in graphs)
        {
            if (graph.Line.BondCount != graph.Crystal.BondCount)
            {
                throw new ArgumentException(
                    $"a line graph of {graph.Line.BondCount} bonds with a crystal graph of {graph.Crystal.BondCount}", nameof(graphs));
            }

            atoms = checked(atoms + graph.Crystal.AtomCount);
            bonds = checked(bonds + graph.Crystal.BondCount);
            triplets = checked(triplets + graph.Line.TripletCount);
        }

        return (atoms, bonds, triplets);
    }

    private void CopyCrystal(CrystalGraph graph, int atom, int bond)
    {
        graph.AtomicNumbers.CopyTo(AtomicNumbers, atom);
        graph.Distance.CopyTo(BondLength, bond);
        for (var e = 0; e < graph.BondCount; e++)
        {
            BondSource[bond + e] = atom + graph.Source[e];
            BondTarget[bond + e] = atom + graph.Target[e];
            BondWeight[bond + e] = graph.Multiplicity[e];
        }

        for (var i = 1; i <= graph.AtomCount; i++)
        {
            BondRowBegin[atom + i] = bond + graph.RowBegin[i];
        }
    }

    private void CopyLine(BandGraph graph, int bond, int triplet)
    {
        var line = graph.Line;
        var multiplicity = graph.Crystal.Multiplicity;
        line.Cosine.CopyTo(TripletCosine, triplet);
        for (var t = 0; t < line.TripletCount; t++)
        {
            TripletSource[triplet + t] = bond + line.Source[t];
            TripletTarget[triplet + t] = bond + line.Target[t];
            TripletWeight[triplet + t] = line.Weight[t];
            TripletMultiplicity[triplet + t] = line.Weight[t] * multiplicity[line.Target[t]];
        }

        for (var e = 1; e <= line.BondCount; e++)
        {
            TripletRowBegin[bond + e] = triplet + line.TripletBegin[e];
        }
    }
}
