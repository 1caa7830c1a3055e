using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Baselines.Tests;

/// <summary>Descriptors know nothing of how a path was written down.</summary>
public class InvarianceTests
{
    private static readonly EnvironmentDescriptors Environments = EnvironmentDescriptorTests.Random();

    private static readonly string[] Host = [.. PathDescriptors.Names.SkipWhile(name => name != "hop / Å")];

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory, MemberData(nameof(Seeds))]
    public void A_turned_crystal_is_the_same(int seed)
    {
        var band = Bands.Random(seed);
        Same(band, Band.FromStructure(band.Structure.Rotated(new Random(seed))));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_moved_crystal_is_the_same(int seed)
    {
        var band = Bands.Random(seed);
        Same(band, Band.FromStructure(band.Structure.Translated(new Vector3D(0.37, -1.6, 2.21))));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Atoms_may_lie_in_any_cell(int seed) => Same(Bands.Random(seed), Bands.Random(seed).Unwrapped(new Random(seed)));

    [Theory, MemberData(nameof(Seeds))]
    public void The_way_back_is_the_same(int seed) => Same(Bands.Random(seed), Bands.Random(seed).Reversed());

    [Theory, MemberData(nameof(Seeds))]
    public void The_order_of_the_framework_does_not_matter(int seed) => Same(Bands.Random(seed), Bands.Random(seed).Permuted(new Random(seed)));

    [Theory, MemberData(nameof(Seeds))]
    public void Along_the_path_the_choice_of_lattice_vectors_does_not_matter(int seed) =>
        Same(Bands.Random(seed), Bands.Random(seed).OnOtherVectors(), ["smallest height of the cell / Å", "hop over smallest height"]);

    [Theory, MemberData(nameof(Seeds))]
    public void Along_the_path_a_cell_twice_as_long_is_the_same(int seed) => Same(Bands.Random(seed), Bands.Random(seed).Doubled(), Host);

    [Fact]
    public void Another_ion_and_another_framework_are_not_the_same()
    {
        var band = Bands.RockSalt();
        var other = Bands.RockSalt(Bands.RockSaltEdge + 0.1);
        Assert.NotEqual(PathDescriptors.Compute(band), PathDescriptors.Compute(other));
        byte[] numbers = [11, 11, 11, 11, 11, .. band.Structure.AtomicNumbers[5..]];
        Assert.NotEqual(
            PathDescriptors.Compute(band), PathDescriptors.Compute(Bands.Build(band.Structure.Lattice, numbers, band.Structure.Fractional.ToArray())));
    }

    private static void Same(Band band, Band other, string[]? except = null)
    {
        Assert.All(Environments.Compute(band).Zip(Environments.Compute(other)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        var (expected, found) = (PathDescriptors.Compute(band), PathDescriptors.Compute(other));
        Assert.All(PathDescriptors.Names.Select((name, i) => (name, i)).Where(c => except?.Contains(c.name) != true), c =>
            Assert.True(
                Math.Abs(expected[c.i] - found[c.i]) <= 1e-8 * Math.Max(1, Math.Abs(expected[c.i])), $"{c.name}: {expected[c.i]} and {found[c.i]}"));

        // Halves may change places.
        var (halves, others) = (Halves(band), Halves(other));
        Assert.True(Equal(halves, others) || Equal(halves, [others[1], others[0]]), "halves of the path differ");
    }

    private static double[][] Halves(Band band) =>
        [.. PathFeatures.Compute(band, Environments, halves: true).Halves.Select(half => (double[])[.. half.Profile, .. half.Environment])];

    private static bool Equal(double[][] halves, double[][] others) =>
        halves.Zip(others, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y) <= 1e-8 * Math.Max(1, Math.Abs(x))).All(same => same)).All(same => same);
}
