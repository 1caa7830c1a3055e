using Migrate.Testing;

namespace Migrate.Graphs.Tests;

public class GraphBatchTests
{
    private static readonly CpuGraphKernels Kernels = new();

    private static BandGraph Build(string name, int images)
    {
        var crystal = Kernels.BuildGraph(RandomStructures.Create(name), new GraphSettings());
        return new BandGraph(crystal, Kernels.BuildLineGraph(crystal), images);
    }

    [Fact]
    public void Batch_is_the_graphs_end_to_end()
    {
        BandGraph[] graphs = [Build("random-1", 5), Build("rock salt", 0), Build("simple cubic, one atom", 1)];
        var batch = GraphBatch.Create(graphs);
        Assert.Equal(3, batch.StructureCount);
        Assert.Equal([5, 0, 1], batch.ImageCount);
        Assert.Equal(graphs.Sum(g => g.Crystal.AtomCount), batch.AtomCount);
        Assert.Equal(graphs.Sum(g => g.Crystal.BondCount), batch.BondCount);
        Assert.Equal(graphs.Sum(g => g.Line.TripletCount), batch.TripletCount);
        Assert.False(batch.UnitWeights);

        var (atom, bond, triplet) = (0, 0, 0);
        for (var s = 0; s < 3; s++)
        {
            var (crystal, line) = (graphs[s].Crystal, graphs[s].Line);
            Assert.Equal(atom, batch.AtomBegin[s]);
            for (var e = 0; e < crystal.BondCount; e++)
            {
                Assert.Equal(
                    (atom + crystal.Source[e], atom + crystal.Target[e]), (batch.BondSource[bond + e], batch.BondTarget[bond + e]));
                Assert.Equal(
                    (crystal.Distance[e], (float)crystal.Multiplicity[e]), (batch.BondLength[bond + e], batch.BondWeight[bond + e]));
            }

            for (var t = 0; t < line.TripletCount; t++)
            {
                Assert.Equal(
                    (bond + line.Source[t], bond + line.Target[t]), (batch.TripletSource[triplet + t], batch.TripletTarget[triplet + t]));
                Assert.Equal(line.Cosine[t], batch.TripletCosine[triplet + t]);
                Assert.Equal(line.Weight[t], batch.TripletWeight[triplet + t]);
                Assert.Equal(line.Weight[t] * crystal.Multiplicity[line.Target[t]], batch.TripletMultiplicity[triplet + t]);
            }

            (atom, bond, triplet) = (atom + crystal.AtomCount, bond + crystal.BondCount, triplet + line.TripletCount);
        }

        Assert.Equal(atom, batch.AtomBegin[3]);
        AssertRows(batch.BondRowBegin, batch.BondTarget, batch.AtomCount);
        AssertRows(batch.TripletRowBegin, batch.TripletTarget, batch.BondCount);
        // Batch statistics count every copy of the published line graph.
        Assert.Equal(graphs.Sum(g => g.Crystal.PublishedTripletCount), batch.TripletMultiplicity.Sum(m => (long)m));
    }

    [Fact]
    public void Unit_weights_are_seen()
    {
        // Two atoms, one bond each way: nothing is there twice. The same with a mutual relation counted twice.
        BandGraph Make(byte m)
        {
            var crystal = new CrystalGraph([3, 8], [0, 1, 2], [1, 0], new int[6], [2, 0, 0, -2, 0, 0], [2, 2], [m, m]);
            return new BandGraph(crystal, Kernels.BuildLineGraph(crystal), 0);
        }

        Assert.True(GraphBatch.Create([Make(1), Make(1)]).UnitWeights);
        Assert.False(GraphBatch.Create([Make(1), Make(2)]).UnitWeights);
    }

    [Fact]
    public void Foreign_or_missing_line_graph_is_refused()
    {
        var (a, b) = (Build("random-1", 0), Build("random-2", 0));
        Assert.Throws<ArgumentException>(() => GraphBatch.Create([a with { Line = b.Line }]));
        Assert.Throws<ArgumentException>(() => GraphBatch.Create([]));
    }

    private static void AssertRows(long[] rowBegin, long[] target, int rows)
    {
        Assert.Equal(rows + 1, rowBegin.Length);
        for (var row = 0; row < rows; row++)
        {
            Assert.All(target[(int)rowBegin[row]..(int)rowBegin[row + 1]], t => Assert.Equal(row, t));
        }

        Assert.Equal(target.Length, rowBegin[^1]);
    }
}
