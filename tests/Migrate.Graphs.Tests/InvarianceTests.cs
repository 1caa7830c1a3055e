using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>The same crystal written in another way has the same whole-shell graph.</summary>
public class InvarianceTests
{
    private static readonly CpuGraphKernels Kernels = new();

    public static TheoryData<string> Structures => [.. RandomStructures.Names];

    [Theory]
    [MemberData(nameof(Structures))]
    public void Rotation_changes_nothing_but_vectors(string name)
    {
        var structure = RandomStructures.Create(name);
        var graph = Kernels.BuildGraph(structure, new GraphSettings());
        for (var seed = 0; seed < 3; seed++)
        {
            var rotated = Kernels.BuildGraph(structure.Rotated(new Random(seed)), new GraphSettings());
            AssertSameBonds(graph, rotated);
            GraphAssert.Equal(Kernels.BuildLineGraph(graph), Kernels.BuildLineGraph(rotated));
        }
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void Translation_changes_nothing(string name)
    {
        var structure = RandomStructures.Create(name);
        var graph = Kernels.BuildGraph(structure, new GraphSettings());
        foreach (var by in new[] { new Vector3D(0.123, -0.456, 0.789), new Vector3D(5, -7, 11), new Vector3D(-3.3, 0, 1e-9) })
        {
            AssertSameBonds(graph, Kernels.BuildGraph(structure.Translated(by), new GraphSettings()));
        }
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void Unwrapping_changes_only_shifts(string name)
    {
        var structure = RandomStructures.Create(name);
        var graph = Kernels.BuildGraph(structure, new GraphSettings());
        var unwrapped = Kernels.BuildGraph(structure.Unwrapped(new Random(5), out var cells), new GraphSettings());
        Assert.Equal(graph.RowBegin, unwrapped.RowBegin);
        // A target moved by m cells and a source moved by n need a shift that is smaller by m − n.
        var back = Enumerable.Range(0, unwrapped.BondCount).Select(e =>
        {
            var (target, source, a, b, c) = GraphAssert.Key(unwrapped, e);
            var moved = cells[target] - cells[source];
            return (target, source, a + (int)moved.X, b + (int)moved.Y, c + (int)moved.Z);
        });
        Assert.Equal(Enumerable.Range(0, graph.BondCount).Select(e => GraphAssert.Key(graph, e)), back.Order());
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void Supercell_repeats_every_site(string name)
    {
        var structure = RandomStructures.Create(name);
        var graph = Kernels.BuildGraph(structure, new GraphSettings());
        var super = Kernels.BuildGraph(structure.Supercell(2, 1, 3), new GraphSettings());
        Assert.Equal(6 * graph.BondCount, super.BondCount);
        for (var i = 0; i < super.AtomCount; i++)
        {
            var site = i % structure.Count;
            Assert.Equal(Entering(graph, site).Length, Entering(super, i).Length);
            Comparison.Require(Entering(graph, site), Entering(super, i), 1e-9, what: $"bonds into site {i}");
        }
    }

    [Theory]
    [InlineData("slab with vacuum")]
    [InlineData("random-2")]
    public void Exchanging_lattice_vectors_changes_nothing(string name)
    {
        var structure = RandomStructures.Create(name);
        var lattice = structure.Lattice;
        // c, a, b + 2 a: another cell of the same lattice.
        var other = new Lattice(lattice.C, lattice.A, lattice.B + (2 * lattice.A));
        var fractional = structure.Fractional.ToArray().Select(f => other.ToFractional(lattice.ToCartesian(f))).ToArray();
        var graph = Kernels.BuildGraph(structure, new GraphSettings());
        var same = Kernels.BuildGraph(new Structure(other, structure.AtomicNumbers, fractional), new GraphSettings());
        for (var i = 0; i < structure.Count; i++)
        {
            Comparison.Require(Entering(graph, i), Entering(same, i), 1e-9, what: $"bonds into site {i}");
        }
    }

    private static double[] Entering(CrystalGraph graph, int atom) =>
        [.. graph.Distance[graph.RowBegin[atom]..graph.RowBegin[atom + 1]].Order()];

    private static void AssertSameBonds(CrystalGraph expected, CrystalGraph actual)
    {
        Assert.Equal(expected.RowBegin, actual.RowBegin);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Shift, actual.Shift);
        Assert.Equal(expected.Multiplicity, actual.Multiplicity);
        Comparison.Require(expected.Distance, actual.Distance, 1e-9, what: "distance");
    }
}
