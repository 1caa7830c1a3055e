namespace Migrate.Graphs.Tests;

public class CrystalGraphTests
{
    // Two atoms, bonds 1 → 0 (m 2) and 0 → 1 (m 2), and a bond of atom 1 to its own image both ways (m 1).
    private static CrystalGraph Make(
        int[]? rowBegin = null, int[]? source = null, byte[]? multiplicity = null, double[]? distance = null) => new(
        [3, 8],
        rowBegin ?? [0, 1, 4],
        source ?? [1, 0, 1, 1],
        new int[12],
        new double[12],
        distance ?? [1, 1, 1, 1],
        multiplicity ?? [2, 2, 1, 1]);

    [Fact]
    public void Counts_follow_from_multiplicities()
    {
        var graph = Make();
        Assert.Equal((2, 4, 6L), (graph.AtomCount, graph.BondCount, graph.PublishedBondCount));
        Assert.Equal([0, 1, 1, 1], graph.Target);
        // Into 1 → 0: three bonds enter atom 1. Into 0 → 1: one enters atom 0. Into each self bond: three, less the bond itself.
        Assert.Equal(3 + 1 + 2 + 2, graph.TripletCount);
        // With copies: 2 · (2 + 1 + 1) + 2 · 2 + (4 − 1) + (4 − 1).
        Assert.Equal(8 + 4 + 3 + 3, graph.PublishedTripletCount);
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Make(rowBegin: [0, 4]));
        Assert.Throws<ArgumentException>(() => Make(rowBegin: [0, 1, 3]));
        Assert.Throws<ArgumentException>(() => Make(rowBegin: [0, 5, 4]));
        Assert.Throws<ArgumentException>(() => Make(source: [1, 0, 2, 1]));
        Assert.Throws<ArgumentException>(() => Make(source: [1, 0, -1, 1]));
        Assert.Throws<ArgumentException>(() => Make(multiplicity: [2, 2, 0, 1]));
        Assert.Throws<ArgumentException>(() => Make(multiplicity: [2, 2, 3, 1]));
        Assert.Throws<ArgumentException>(() => Make(distance: [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => new LineGraph([0, 2], [0], [1], [1]));
        Assert.Throws<ArgumentException>(() => new LineGraph([0, 1], [0], [1, 2], [1]));
    }
}
