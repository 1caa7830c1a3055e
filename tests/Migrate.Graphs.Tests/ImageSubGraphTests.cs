using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>Sub-graphs around the images against those of the authors' code (golden/graphs, kind "sub", and golden/graph_summary.csv).</summary>
public class ImageSubGraphTests
{
    private static readonly CpuGraphKernels Kernels = new();

    [Fact]
    public void Edges_match_reference()
    {
        var structures = GoldenStructures.Load();
        var graphs = GoldenGraphs.Load().Where(info => info.Kind == "sub").ToArray();
        Assert.Equal(6, graphs.Length);
        foreach (var info in graphs)
        {
            var graph = ImageSubGraph.Build(Kernels, structures[info.StructureName], 5, info.Settings);
            var reference = PublishedEdges.Read(info);
            Assert.Equal((info.Nodes, info.Edges, info.LineEdges), (graph.AtomCount, graph.PublishedBondCount, graph.PublishedTripletCount));
            Assert.Equal(reference.AtomicNumbers, graph.AtomicNumbers.Select(z => (int)z));
            Assert.True(reference.Match(graph).Count == 0, $"{info}: {string.Join("; ", reference.Match(graph).Take(3))}");
            GraphAssert.IsWellFormed(graph);
        }
    }

    [Fact]
    public void Insensitive_bands_match_reference()
    {
        // Which six are nearest hangs on the last bit of a distance in the other bands.
        var rows = GraphSummary.Load().Where(row => row.SubGraphInsensitive).ToArray();
        Assert.True(rows.Length > 150, $"only {rows.Length} rows");
        foreach (var row in rows)
        {
            var graph = ImageSubGraph.Build(Kernels, BarrierBands.Get(row.Set)[row.Entry], 5, GraphSettings.Published);
            var line = Kernels.BuildLineGraph(graph);
            Assert.Equal(
                (row.SubGraphAtoms, row.SubGraph.Edges, row.SubGraph.LineEdges),
                (graph.AtomCount, graph.PublishedBondCount, graph.PublishedTripletCount));
            Comparison.Require(row.SubGraph.SumBondLength, graph.Distance.Zip(graph.Multiplicity, (d, m) => d * m).Sum(), 1e-9, 1e-6, row.Name);
            Comparison.Require(
                row.SubGraph.SumCosine, line.Cosine.Select((c, t) => c * line.Weight[t] * graph.Multiplicity[line.Target[t]]).Sum(), 1e-6, 1e-6, row.Name);
            Comparison.Require(row.SubGraphCutoffUsed, graph.CutoffUsed, 1e-5, what: $"{row.Name} cutoff used");
        }
    }

    [Fact]
    public void Every_bond_touches_an_image_and_images_come_first()
    {
        var structure = RandomStructures.Create("random-3");
        var graph = ImageSubGraph.Build(Kernels, structure, 2, new GraphSettings());
        Assert.Equal(structure.AtomicNumbers[..2].ToArray(), graph.AtomicNumbers[..2]);
        Assert.All(graph.Source.Zip(graph.Target), bond => Assert.True(bond.First < 2 || bond.Second < 2));
        Assert.All(Enumerable.Range(0, graph.AtomCount), atom => Assert.NotEqual(graph.RowBegin[atom], graph.RowBegin[atom + 1]));
    }
}
