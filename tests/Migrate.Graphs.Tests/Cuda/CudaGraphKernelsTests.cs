using Migrate.Crystals;
using Migrate.Graphs.Cuda;
using Migrate.Testing;

namespace Migrate.Graphs.Tests.Cuda;

/// <summary>Graphs built on the GPU, real or emulated: bit for bit those of the CPU library.</summary>
[Collection(nameof(OneGpu))]
public sealed class CudaGraphKernelsTests
{
    private static readonly CpuGraphKernels Cpu = new();

    public static TheoryData<TiePolicy, RelationPolicy> Policies =>
        [.. Enum.GetValues<TiePolicy>().SelectMany(ties => Enum.GetValues<RelationPolicy>().Select(relations => (ties, relations)))];

    private static Structure[] Structures => [.. RandomStructures.Names.Select(RandomStructures.Create)];

    [Theory, MemberData(nameof(Policies))]
    public void A_batch_of_everything_equals_the_cpu(TiePolicy ties, RelationPolicy relations)
    {
        EmulatedGpu.Require();
        using var kernels = new CudaGraphKernels();
        foreach (var k in new[] { 1, 12 })
        {
            var settings = new GraphSettings { Ties = ties, Relations = relations, Neighbors = k };
            var built = kernels.BuildMany(Structures, settings);
            Assert.Equal(Structures.Length, built.Count);
            foreach (var (structure, (graph, error)) in Structures.Zip(built))
            {
                Assert.Null(error);
                AssertSameBits(Cpu.BuildGraph(structure, settings), graph!);
            }
        }
    }

    [Fact]
    public void One_structure_equals_the_cpu_and_so_do_its_triplets()
    {
        EmulatedGpu.Require();
        using var kernels = new CudaGraphKernels();
        foreach (var structure in Structures.Take(4))
        {
            var (expected, graph) = (Cpu.BuildGraph(structure, new()), kernels.BuildGraph(structure, new()));
            AssertSameBits(expected, graph);
            GraphAssert.Equal(Cpu.BuildLineGraph(expected), kernels.BuildLineGraph(graph));
        }

        Assert.Empty(kernels.BuildMany([], new()));
        Assert.Equal("cuda", kernels.Name);
    }

    [Fact]
    public void Reference_graphs_equal_the_cpu()
    {
        EmulatedGpu.Require();
        var structures = GoldenStructures.Load().Values.Take(6).ToArray();
        using var kernels = new CudaGraphKernels();
        foreach (var (structure, (graph, _)) in structures.Zip(kernels.BuildMany(structures, GraphSettings.Published)))
        {
            AssertSameBits(Cpu.BuildGraph(structure, GraphSettings.Published), graph!);
        }
    }

    [Theory, InlineData(0.5), InlineData(3.0), InlineData(7.5)]
    public void Neighbor_lists_equal_the_cpu(double cutoff)
    {
        EmulatedGpu.Require();
        using var kernels = new CudaGraphKernels();
        foreach (var structure in Structures.Where(s => s.Count < 60))
        {
            var (expected, list) = (Cpu.FindNeighbors(structure, cutoff), kernels.FindNeighbors(structure, cutoff));
            Assert.Equal(expected.RowBegin, list.RowBegin);
            Assert.Equal(expected.Source, list.Source);
            Assert.Equal(expected.Target, list.Target);
            Assert.Equal(expected.Shift, list.Shift);
            Assert.Equal(expected.Displacement, list.Displacement);
            Assert.Equal(expected.Distance, list.Distance);
        }
    }

    [Fact]
    public void A_broken_structure_is_told_of_as_by_the_cpu_and_the_others_go_on()
    {
        EmulatedGpu.Require();
        Structure Cubic(double a, string name) =>
            new(new Lattice(new(a, 0, 0), new(0, a, 0), new(0, 0, a)), [3, 8], [new(0, 0, 0), new(0.5, 0.5, 0.5)], name);
        Structure[] structures = [Cubic(4, "good"), Cubic(0.1, "tiny"), Cubic(0.4, "dense"), Cubic(3, "also good")];
        using var kernels = new CudaGraphKernels();
        var built = kernels.BuildMany(structures, new());
        foreach (var (structure, (graph, error)) in structures.Zip(built))
        {
            var expected = Record.Exception(() => Cpu.BuildGraph(structure, new()));
            Assert.Equal(expected?.Message, error?.Message);
            Assert.Equal(expected is null, graph is not null);
        }

        Assert.Equal(
            Record.Exception(() => Cpu.FindNeighbors(structures[1], 3))!.Message,
            Record.Exception(() => kernels.FindNeighbors(structures[1], 3))!.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.FindNeighbors(structures[0], 0));
    }

    [Fact]
    public void More_bonds_than_were_guessed_are_found_in_a_second_run()
    {
        EmulatedGpu.Require();
        // Sixty atoms at one point: every shell holds many more than k.
        var lattice = new Lattice(new(9, 0, 0), new(0, 9, 0), new(0, 0, 9));
        Vector3D[] sites = [new(0, 0, 0), .. Enumerable.Repeat(new Vector3D(0.3, 0, 0), 60)];
        var structure = new Structure(lattice, [.. Enumerable.Repeat((byte)3, sites.Length)], sites, "cluster");
        using var kernels = new CudaGraphKernels();
        var settings = new GraphSettings { Neighbors = 1 };
        AssertSameBits(Cpu.BuildGraph(structure, settings), kernels.BuildGraph(structure, settings));
    }

    private static void AssertSameBits(CrystalGraph expected, CrystalGraph graph)
    {
        GraphAssert.Equal(expected, graph, tolerance: 0);
        Assert.Equal(expected.Displacement, graph.Displacement);
        Assert.Equal(expected.Distance, graph.Distance);
        Assert.Equal(expected.Sites, graph.Sites);
        Assert.Equal(expected.CutoffUsed, graph.CutoffUsed);
    }
}
