using System.Runtime.CompilerServices;
using Migrate.Crystals;
using Migrate.Native;
using Migrate.Testing;

namespace Migrate.Graphs.Tests;

public class CpuGraphKernelsTests
{
    private static readonly CpuGraphKernels Kernels = new();

    [Fact]
    public void Library_fits_this_program()
    {
        Assert.Null(NativeLibraryInfo.FindProblem());
        Assert.Equal(NativeLibraryInfo.InterfaceVersion, NativeMethods.Library.GetVersion());
        Assert.Equal(Unsafe.SizeOf<NativeSite>(), NativeMethods.Library.SizeOf(3));
        Assert.Equal(0, NativeMethods.Library.SizeOf(99));
    }

    [Fact]
    public void Published_rule_grows_the_cutoff()
    {
        // Cubic, one atom: 6 neighbours at a, 12 more at a√2. With a = 9 Å and k = 12 the cutoff of 8 Å grows to 9, then twofold.
        var sparse = Cubic(9);
        Assert.Equal(18, Kernels.BuildGraph(sparse, GraphSettings.Published).CutoffUsed);
        // k = 6: the longest lattice vector is enough.
        Assert.Equal(9, Kernels.BuildGraph(sparse, GraphSettings.Published with { Neighbors = 6 }).CutoffUsed);
        // a = 3 Å: 8 Å is enough; from 3.5 Å it doubles once, because no vector is longer.
        Assert.Equal(8, Kernels.BuildGraph(Cubic(3), GraphSettings.Published).CutoffUsed);
        Assert.Equal(7, Kernels.BuildGraph(Cubic(3), GraphSettings.Published with { Cutoff = 3.5 }).CutoffUsed);
    }

    [Fact]
    public void Sites_tell_how_neighbors_were_chosen()
    {
        // Cubic, a = 3: shells at 3 (6), 3√2 (12), 3√3 (8). The 12th lies in the second shell, all of which is kept: 18.
        var site = Assert.Single(Kernels.BuildGraph(Cubic(3), new GraphSettings()).Sites);
        Assert.Equal((18, 6, 0, 0), (site.Kept, site.TiesKept, site.TiesDropped, site.CoincidentSkipped));
        Comparison.Require(3 * Math.Sqrt(2), site.ShellRadius, 1e-12);
        Comparison.Require((3 * Math.Sqrt(3)) - (3 * Math.Sqrt(2)) - 1e-4, site.GapAfterCut, 1e-12);
    }

    [Fact]
    public void Whole_shell_keeps_ties_that_rounding_would_cut()
    {
        // Eight neighbours at √3/2 a of a caesium chloride cell, one of them 5e-5 Å farther than the rest.
        var structure = new Structure(
            new Lattice(new(4, 0, 0), new(0, 4, 0), new(0, 0, 4)), [55, 17], [new(0, 0, 0), new(0.500007, 0.500007, 0.500007)]);
        var exact = Kernels.BuildGraph(structure, GraphSettings.Published with { Neighbors = 4 });
        var whole = Kernels.BuildGraph(structure, new GraphSettings { Neighbors = 4 });
        Assert.True(exact.Sites[0].Kept < 8 && exact.Sites[0].TiesDropped > 0);
        Assert.Equal((8, 0), (whole.Sites[0].Kept, whole.Sites[0].TiesDropped));
    }

    [Fact]
    public void Coincident_sites_are_skipped_and_counted()
    {
        var graph = Kernels.BuildGraph(RandomStructures.Create("coincident sites"), new GraphSettings());
        Assert.Equal([2, 2, 2, 1, 1], graph.Sites.Select(site => site.CoincidentSkipped));
        Assert.All(graph.Distance, d => Assert.True(d > CrystalGraph.CoincidentDistance));
    }

    [Fact]
    public void Calls_may_run_side_by_side()
    {
        var names = RandomStructures.Names.ToArray();
        var alone = names.Select(name => Kernels.BuildGraph(RandomStructures.Create(name), new GraphSettings())).ToArray();
        Parallel.For(0, 4 * names.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            GraphAssert.Equal(
                alone[i % names.Length],
                Kernels.BuildGraph(RandomStructures.Create(names[i % names.Length]), new GraphSettings()),
                0));
    }

    public static TheoryData<Structure, string> Impossible => new()
    {
        { Cubic(0.12), "the lattice has a vector of 0.120000 Å" },
        {
            new(new Lattice(new(9, 0, 0), new(4.5, 0.05, 0), new(0, 0, 9)), [3], [new(0, 0, 0)], "flat"),
            "flat: the lattice has a vector of 0.100000 Å"
        },
        { Cubic(0.4), "atoms per Å³, more than any crystal" },
        {
            new(new Lattice(new(3, 0, 0), new(0, 3, 0), new(0, 0, 3)), [3, 8], [new(0, 0, 0), new(1e6, 0, 0)]),
            "site 2: fractional coordinates must lie within"
        },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_crystal_is_refused_with_a_reason(Structure structure, string message)
    {
        Action[] builds = [() => Kernels.BuildGraph(structure, new GraphSettings()), () => Kernels.FindNeighbors(structure, 5)];
        foreach (var build in builds)
        {
            Assert.Contains(message, Assert.Throws<InvalidInputException>(build).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Too_many_pairs_are_refused_before_memory_is_gone()
    {
        // 0.3 atoms per Å³ · 4π/3 · 100³ Å³ = 1.3 million neighbours for each of 64 atoms.
        var dense = Cubic(1.5).Supercell(4, 4, 4);
        Assert.Contains(
            "more than 50 million pairs", Assert.Throws<InvalidInputException>(() => Kernels.FindNeighbors(dense, 100)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.5)]
    [InlineData(double.NaN)]
    public void Cutoff_out_of_range_is_refused(double cutoff) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.FindNeighbors(Cubic(3), cutoff));

    [Fact]
    public void Bond_without_length_has_no_angles()
    {
        var graph = new CrystalGraph([3], [0, 1], [0], [1, 0, 0], [0, 0, 0], [0], [2]);
        Assert.Contains(
            "distance must be positive", Assert.Throws<ArgumentException>(() => Kernels.BuildLineGraph(graph)).Message,
            StringComparison.Ordinal);
    }

    private static Structure Cubic(double a) => new(new Lattice(new(a, 0, 0), new(0, a, 0), new(0, 0, a)), [84], [new(0.2, 0.3, 0.4)]);
}
