using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>
/// Graphs against those that the authors' code wrote (golden/graphs, golden/README.md): edges and line-graph edges as multisets.
/// train-72 and pair 31, whose neighbour lists hang on the last bit of a distance, are among them; sub-graphs of the attention
/// model (kind "sub") are another construction, see <see cref="ImageSubGraphTests"/>.
/// </summary>
public class GoldenGraphTests
{
    private static readonly CpuGraphKernels Kernels = new();

    [Fact]
    public void Edges_match_reference()
    {
        var structures = GoldenStructures.Load();
        var graphs = GoldenGraphs.Load().Where(info => info.Kind != "sub").ToArray();
        Assert.Equal(36, graphs.Length);
        foreach (var info in graphs)
        {
            var graph = Kernels.BuildGraph(structures[info.StructureName], info.Settings);
            var reference = PublishedEdges.Read(info);
            Assert.Equal(info.Edges, graph.PublishedBondCount);
            Assert.Equal(info.LineEdges, graph.PublishedTripletCount);
            Assert.Equal(info.SelfEdges, SelfEdges(graph));
            Assert.Equal(reference.AtomicNumbers, graph.AtomicNumbers.Select(z => (int)z));
            Assert.True(reference.Match(graph).Count == 0, $"{info}: {string.Join("; ", reference.Match(graph).Take(3))}");
            var sum = graph.Distance.Zip(graph.Multiplicity, (d, m) => d * m).Sum();
            Comparison.Require(info.SumBondLength, sum, 1e-9, 1e-12, $"{info} sum of bond lengths");
        }
    }

    [Fact]
    public void Line_graph_sums_match_reference()
    {
        var structures = GoldenStructures.Load();
        foreach (var info in GoldenGraphs.Load().Where(info => info.Kind != "sub"))
        {
            var graph = Kernels.BuildGraph(structures[info.StructureName], info.Settings);
            var line = Kernels.BuildLineGraph(graph);
            var weights = line.Weight.Zip(line.Target, (w, e) => (double)w * graph.Multiplicity[e]).ToArray();
            Comparison.Require(info.LineEdges, weights.Sum(), 0, what: $"{info} line edges");
            Comparison.Require(info.SumCosine, weights.Zip(line.Cosine, (w, c) => w * c).Sum(), 1e-8, what: $"{info} sum of cosines");
            Comparison.Require(
                info.SumCosineSquared, weights.Zip(line.Cosine, (w, c) => w * c * c).Sum(), 1e-8, what: $"{info} sum of squared cosines");
        }
    }

    [Fact]
    public void Line_graph_edges_match_reference()
    {
        var structures = GoldenStructures.Load();
        var graphs = GoldenGraphs.Load().Where(info => info.Kind != "sub" && info.LineGraphStored).ToArray();
        Assert.Equal(7, graphs.Length);
        foreach (var info in graphs)
        {
            var graph = Kernels.BuildGraph(structures[info.StructureName], info.Settings);
            var line = Kernels.BuildLineGraph(graph);
            var file = info.Load();
            var reference = PublishedEdges.Read(info);
            var bondOf = reference.BondOfEdge(graph);

            // Stored line edges, with published edge numbers turned into bonds and copies counted.
            var single = file["lg_cos"].DType == "F32";
            var cosines = single ? [.. file["lg_cos"].ToArray<float>().Select(c => (double)c)] : file["lg_cos"].ToArray<double>();
            var tolerance = single ? 1e-7 : 1e-12;
            var stored = file["lg_src"].ToArray<int>().Zip(file["lg_dst"].ToArray<int>())
                .Select((pair, k) => (First: bondOf[pair.First], Second: bondOf[pair.Second], Cosine: cosines[k]))
                .GroupBy(t => (t.Second, t.First)).OrderBy(g => g.Key).ToArray();
            Assert.Equal(stored.Select(g => g.Key), line.Target.Zip(line.Source));
            for (var t = 0; t < stored.Length; t++)
            {
                Assert.Equal(stored[t].Count(), line.Weight[t] * graph.Multiplicity[line.Target[t]]);
                Comparison.Require(stored[t].First().Cosine, line.Cosine[t], tolerance, what: $"{info} cosine of triplet {t}");
                Comparison.Require(stored[t].Last().Cosine, line.Cosine[t], tolerance, what: $"{info} cosine of triplet {t}");
            }
        }
    }

    private static int SelfEdges(CrystalGraph graph) =>
        Enumerable.Range(0, graph.BondCount).Where(e => graph.Source[e] == graph.Target[e]).Sum(e => graph.Multiplicity[e]);
}
