using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>The native library against the slow managed oracle, on structures that make trouble.</summary>
public class OracleTests
{
    private static readonly CpuGraphKernels Kernels = new();
    private static readonly ManagedGraphOracle Oracle = new();

    public static TheoryData<string> Structures => [.. RandomStructures.Names];

    public static TheoryData<string, TiePolicy, RelationPolicy> Cases
    {
        get
        {
            TheoryData<string, TiePolicy, RelationPolicy> cases = [];
            foreach (var name in RandomStructures.Names)
            {
                foreach (var ties in Enum.GetValues<TiePolicy>())
                {
                    foreach (var relations in Enum.GetValues<RelationPolicy>())
                    {
                        cases.Add(name, ties, relations);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Graph_matches_oracle(string name, TiePolicy ties, RelationPolicy relations)
    {
        var structure = RandomStructures.Create(name);
        var settings = new GraphSettings { Ties = ties, Relations = relations };
        var graph = Kernels.BuildGraph(structure, settings);
        GraphAssert.IsWellFormed(graph);
        GraphAssert.Equal(Oracle.BuildGraph(structure, settings), graph);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Line_graph_matches_oracle(string name, TiePolicy ties, RelationPolicy relations)
    {
        var structure = RandomStructures.Create(name);
        var graph = Kernels.BuildGraph(structure, new GraphSettings { Ties = ties, Relations = relations });
        var line = Kernels.BuildLineGraph(graph);
        GraphAssert.Equal(Oracle.BuildLineGraph(graph), line);
        Assert.Equal(graph.TripletCount, line.TripletCount);
        Assert.Equal(graph.PublishedTripletCount, line.Weight.Zip(line.Target, (w, e) => (long)w * graph.Multiplicity[e]).Sum());
    }

    [Theory]
    [InlineData("rock salt", 1, 2.5)]
    [InlineData("rock salt", 6, 3)]
    [InlineData("random-3", 1, 8)]
    [InlineData("random-4", 40, 5)]
    [InlineData("coincident sites", 3, 0.2)]
    [InlineData("huge, almost empty cell", 2, 4)]
    public void Graph_matches_oracle_at_other_settings(string name, int neighbors, double cutoff)
    {
        var structure = RandomStructures.Create(name);
        foreach (var ties in Enum.GetValues<TiePolicy>())
        {
            var settings = new GraphSettings { Neighbors = neighbors, Cutoff = cutoff, Ties = ties, ShellTolerance = 0.03 };
            GraphAssert.Equal(Oracle.BuildGraph(structure, settings), Kernels.BuildGraph(structure, settings));
        }
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void Neighbors_match_oracle(string name)
    {
        var structure = RandomStructures.Create(name);
        foreach (var cutoff in new[] { 0.1, 2.8, 6.3 })
        {
            GraphAssert.Equal(Oracle.FindNeighbors(structure, cutoff), Kernels.FindNeighbors(structure, cutoff));
        }
    }

    [Fact]
    public void Largest_band_matches_oracle()
    {
        // 1,027 sites.
        var structure = BarrierBands.Get("train").MaxBy(s => s.Count)!;
        Assert.Equal(1027, structure.Count);
        GraphAssert.Equal(
            Oracle.BuildGraph(structure, GraphSettings.Published with { Cutoff = 4 }),
            Kernels.BuildGraph(structure, GraphSettings.Published with { Cutoff = 4 }));
    }
}
