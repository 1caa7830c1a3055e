using Migrate.Testing;

namespace Migrate.Graphs.Tests;

internal static class GraphAssert
{
    /// <summary>Same bonds, multiplicities and choice of neighbours; geometry to rounding.</summary>
    public static void Equal(CrystalGraph expected, CrystalGraph actual, double tolerance = 1e-10)
    {
        Assert.Equal(expected.AtomicNumbers, actual.AtomicNumbers);
        Assert.Equal(expected.RowBegin, actual.RowBegin);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Target, actual.Target);
        Assert.Equal(expected.Shift, actual.Shift);
        Assert.Equal(expected.Multiplicity, actual.Multiplicity);
        Assert.Equal(expected.PublishedBondCount, actual.PublishedBondCount);
        Assert.Equal(expected.TripletCount, actual.TripletCount);
        Assert.Equal(expected.PublishedTripletCount, actual.PublishedTripletCount);
        Comparison.Require(expected.Displacement, actual.Displacement, tolerance, what: "displacement");
        Comparison.Require(expected.Distance, actual.Distance, tolerance, what: "distance");
        Comparison.Require(expected.CutoffUsed, actual.CutoffUsed, tolerance, what: "cutoff used");
        Assert.Equal(expected.Sites.Length, actual.Sites.Length);
        foreach (var (e, a) in expected.Sites.Zip(actual.Sites))
        {
            Assert.Equal(
                (e.Kept, e.TiesKept, e.TiesDropped, e.CoincidentSkipped), (a.Kept, a.TiesKept, a.TiesDropped, a.CoincidentSkipped));
            Comparison.Require(e.ShellRadius, a.ShellRadius, tolerance, what: "shell radius");
            Comparison.Require(e.GapAfterCut, a.GapAfterCut, tolerance, what: "gap after the cut");
        }
    }

    public static void Equal(LineGraph expected, LineGraph actual)
    {
        Assert.Equal(expected.TripletBegin, actual.TripletBegin);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Target, actual.Target);
        Assert.Equal(expected.Weight, actual.Weight);
        Comparison.Require(expected.Cosine, actual.Cosine, 1e-12, what: "cosine");
    }

    public static void Equal(NeighborList expected, NeighborList actual)
    {
        Assert.Equal(expected.RowBegin, actual.RowBegin);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Target, actual.Target);
        Assert.Equal(expected.Shift, actual.Shift);
        Comparison.Require(expected.Displacement, actual.Displacement, 1e-10, what: "displacement");
        Comparison.Require(expected.Distance, actual.Distance, 1e-10, what: "distance");
    }

    /// <summary>Sorted by target, source, shift; every bond has its opposite, with the same multiplicity.</summary>
    public static void IsWellFormed(CrystalGraph graph)
    {
        var keys = Enumerable.Range(0, graph.BondCount).Select(e => Key(graph, e)).ToArray();
        Assert.Equal(keys.Order().Distinct(), keys);
        var multiplicity = keys.Zip(graph.Multiplicity).ToDictionary(x => x.First, x => x.Second);
        foreach (var ((target, source, a, b, c), m) in multiplicity)
        {
            Assert.Equal(m, multiplicity[(source, target, -a, -b, -c)]);
        }
    }

    public static (int Target, int Source, int A, int B, int C) Key(CrystalGraph graph, int bond) =>
        (graph.Target[bond], graph.Source[bond], graph.Shift[3 * bond], graph.Shift[(3 * bond) + 1], graph.Shift[(3 * bond) + 2]);
}
