using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>Sizes and sums of the published graphs of 413 bands (golden/graph_summary.csv), with and without canonization.</summary>
public class GraphSummaryTests
{
    private static readonly CpuGraphKernels Kernels = new();

    /// <summary>
    /// In 263 of them a neighbour lies within 1e-5 Å of a cut, mostly at the same distance but for the last bit: they match because the
    /// positions are computed with the same roundings as in the reference.
    /// </summary>
    [Fact]
    public void All_bands_match_reference()
    {
        var rows = GraphSummary.Load();
        Assert.Equal((413, 150), (rows.Count, rows.Count(row => row.Insensitive)));
        foreach (var row in rows)
        {
            var structure = BarrierBands.Get(row.Set)[row.Entry];
            Assert.Equal((row.Name, row.Atoms), (structure.Name, structure.Count));
            (RelationPolicy, GraphTotals)[] forms = [(RelationPolicy.Duplicated, row.Duplicated), (RelationPolicy.Canonical, row.Canonical)];
            foreach (var (relations, expected) in forms)
            {
                var graph = Kernels.BuildGraph(structure, GraphSettings.Published with { Relations = relations });
                var actual = Totals(graph);
                Assert.Equal((expected.Edges, expected.LineEdges, expected.SelfEdges), (actual.Edges, actual.LineEdges, actual.SelfEdges));
                Comparison.Require(expected.SumBondLength, actual.SumBondLength, 1e-9, 1e-6, $"{row.Name} sum of bond lengths");
                Comparison.Require(expected.SumCosine, actual.SumCosine, 1e-6, 1e-6, $"{row.Name} sum of cosines");
                Comparison.Require(row.CutoffUsed, graph.CutoffUsed, 1e-5, what: $"{row.Name} cutoff used");
                Assert.Equal(row.MaxNeighborsKept, graph.Sites.Max(site => site.Kept));
                Comparison.Require(
                    row.SmallestGap, graph.Sites.Min(site => site.GapAfterCut), 0, 1e-3, $"{row.Name} smallest gap after the cut");
            }
        }
    }

    /// <summary>All 619 bands: sums of the published code's edges and line-graph edges, both ways (architecture.md, section 3).</summary>
    [Fact]
    public void Totals_of_all_bands_match_reference()
    {
        var published = BarrierBands.All.Select(structure => Kernels.BuildGraph(structure, GraphSettings.Published)).ToArray();
        Assert.Equal((1_925_852, 46_794_216), (published.Sum(g => g.PublishedBondCount), published.Sum(g => g.PublishedTripletCount)));
        // No band has bonds of an atom to its own image, so the canonical graph is the one with every multiplicity 1.
        Assert.Equal((1_036_570, 13_603_958), (published.Sum(g => (long)g.BondCount), published.Sum(g => g.TripletCount)));
        // Never more than 8 Å, and the counts of the same section: 216 bands, 4,095 atoms keep more than 12 neighbours.
        Assert.All(published, g => Assert.Equal(8, g.CutoffUsed));
        Assert.Equal(
            (216, 4095),
            (published.Count(g => g.Sites.Any(site => site.TiesKept > 0)), published.Sum(g => g.Sites.Count(site => site.TiesKept > 0))));
    }

    private static GraphTotals Totals(CrystalGraph graph)
    {
        var line = Kernels.BuildLineGraph(graph);
        var cosines = line.Cosine.Select((c, t) => c * line.Weight[t] * graph.Multiplicity[line.Target[t]]).Sum();
        var self = Enumerable.Range(0, graph.BondCount).Where(e => graph.Source[e] == graph.Target[e]).Sum(e => graph.Multiplicity[e]);
        return new GraphTotals(
            graph.PublishedBondCount,
            graph.PublishedTripletCount,
            self,
            graph.Distance.Zip(graph.Multiplicity, (d, m) => d * m).Sum(),
            cosines);
    }
}
