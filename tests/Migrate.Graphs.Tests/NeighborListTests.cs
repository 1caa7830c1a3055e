using Migrate.Testing;

namespace Migrate.Graphs.Tests;

public class NeighborListTests
{
    private static readonly CpuGraphKernels Kernels = new();

    // Directed pairs of the 619 bands, on which two independent C++ neighbour lists agree (shared anchors.md). They count every pair
    // but an atom with itself: those closer than 0.15 Å, and the one couple of sites at the same point too (the middle image of
    // LiRuO2_1 lies on a ruthenium atom, 1e-15 Å away by rounding).
    [Theory]
    [InlineData(4, 1_735_396)]
    [InlineData(6, 5_926_668)]
    [InlineData(8, 14_210_016)]
    public void Pair_count_matches_other_programs(double cutoff, long others) =>
        Assert.Equal(others, BarrierBands.All.Sum(structure => (long)Kernels.FindNeighbors(structure, cutoff).Count));

    [Fact]
    public void Pairs_come_in_opposite_twos()
    {
        var list = Kernels.FindNeighbors(RandomStructures.Create("random-7"), 5);
        var pairs = Enumerable.Range(0, list.Count)
            .ToDictionary(k => (list.Source[k], list.Target[k], list.Shift[3 * k], list.Shift[(3 * k) + 1], list.Shift[(3 * k) + 2]));
        foreach (var ((source, target, a, b, c), k) in pairs)
        {
            var back = pairs[(target, source, -a, -b, -c)];
            Assert.Equal(list.Distance[k], list.Distance[back]);
            Assert.Equal(list.Displacement[3 * k], -list.Displacement[3 * back]);
        }
    }

    [Fact]
    public void Simple_cubic_has_6_12_and_8_neighbors()
    {
        var cubic = RandomStructures.Create("simple cubic, one atom"); // a = 3.1 Å
        Assert.Equal(0, Kernels.FindNeighbors(cubic, 3.09).Count);
        Assert.Equal(6, Kernels.FindNeighbors(cubic, 3.11).Count);
        Assert.Equal(6 + 12, Kernels.FindNeighbors(cubic, 3.11 * Math.Sqrt(2)).Count);
        Assert.Equal(6 + 12 + 8, Kernels.FindNeighbors(cubic, 3.11 * Math.Sqrt(3)).Count);
    }

    [Fact]
    public void Coincident_sites_are_pairs_like_any_other()
    {
        // Three lithium sites, two of them at the same point and the third 0.12 Å away; two oxygen sites that are images of one point.
        var structure = RandomStructures.Create("coincident sites");
        Assert.Equal(6 + 2, Kernels.FindNeighbors(structure, 0.15).Count);
    }
}
