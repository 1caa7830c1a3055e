using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Tests;

public class EnvironmentDescriptorTests
{
    private const int Lithium = 3, Oxygen = 8, Width = 2;

    // distance(r) = r and 2 − r/2, linear, so that cubic interpolation is exact.
    private static readonly EnvironmentDescriptors Two = new(
        Width,
        [Lithium, Oxygen],
        [
            .. Species([0.1f, -0.2f], [0.3f, -0.4f], [0.5f, 0.6f], [-0.7f, 0.8f], [0.9f, -1f]),
            .. Species([1.1f, 1.2f], [1.3f, 1.4f], [-1.5f, 0.25f], [1.7f, 1.8f], [-0.6f, 0.4f]),
        ],
        [.. Enumerable.Range(0, EnvironmentDescriptors.DistanceCount).SelectMany(k => new[] { (float)EnvironmentDescriptors.DistanceAt(k), (float)(2 - (EnvironmentDescriptors.DistanceAt(k) / 2)) })]);

    /// <summary>Tables of random numbers for the elements of <see cref="Bands"/>.</summary>
    internal static EnvironmentDescriptors Random(int width = 3)
    {
        var random = new Random(1);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
        int[] elements = [3, 8, 9, 11, 12, 15, 16, 26];
        // Smooth: a wave per channel.
        var phases = Numbers(width);
        return new EnvironmentDescriptors(
            width, elements, Numbers(elements.Length * 5 * width),
            [.. Enumerable.Range(0, EnvironmentDescriptors.DistanceCount).SelectMany(k => phases.Select(p => (float)Math.Sin(EnvironmentDescriptors.DistanceAt(k) + (3 * p))))]);
    }

    [Fact]
    public void Two_neighbours_are_the_written_formula()
    {
        // Oxygens at 2 and 3 Å of the start on a line with the hop of 1 Å between them; the next copies are 15 Å away.
        var band = Bands.Make(Cube(20), "Li", default, new(0.05, 0, 0), ("O", new(-0.1, 0, 0)), ("O", new(0.15, 0, 0)));
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        static double Weight(double r) => 0.5 * (1 + Math.Cos(Math.PI * r / 5));
        double Channel(int c, params double[] distances)
        {
            var (embedding, target, own) = (c == 0 ? (0.1f, 0.3f, -0.7f) : (-0.2f, -0.4f, 0.8f));
            var (gate, message) = c == 0 ? (-1.5f, -0.6f) : (0.25f, 0.4f);
            var opened = distances.Select(r => Weight(r) * Sigmoid(gate + target + (c == 0 ? r : 2 - (r / 2)))).ToList();
            var update = own + (opened.Sum() * message / (opened.Sum() + 1e-6));
            return embedding + (update * Sigmoid(update));
        }

        var ends = Enumerable.Range(0, Width).Select(c => (Channel(c, 2, 3) + Channel(c, 3, 2)) / 2);
        var middle = Enumerable.Range(0, Width).Select(c => Channel(c, 2.5, 2.5));
        Assert.Equal(2 * Width, Two.Count);
        Assert.All(ends.Concat(middle).Zip(Two.Compute(band)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void An_ion_alone_is_its_own_element()
    {
        var band = Bands.Make(Cube(30), "Li", default, new(0.1, 0, 0), ("O", new(0.5, 0.5, 0.5)));
        static double Silu(double x) => x / (1 + Math.Exp(-x));
        double[] expected = [0.1 + Silu(-0.7), -0.2 + Silu(0.8)];
        Assert.All(expected.Concat(expected).Zip(Two.Compute(band)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Nothing_jumps_where_an_atom_comes_within_the_cutoff()
    {
        var tables = Random();
        double[] At(double r) => tables.Compute(Bands.Make(Cube(30), "Li", default, new(0.03, 0, 0), ("O", new(0, 2.0 / 30, 0)), ("S", new(-r / 30, 0, 0))));
        Assert.All(At(5 - 1e-4).Zip(At(5 + 1e-4)), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.NotEqual(At(4), At(5));
    }

    [Fact]
    public void A_coincident_atom_is_no_neighbour()
    {
        var tables = Random();
        double[] With(params (string, Vector3D)[] sites) => tables.Compute(Bands.Make(Cube(20), "Li", default, new(0.05, 0, 0), [("O", new(0, 0.1, 0)), .. sites]));
        // In the middle of the path: a neighbour of the ends, but not of the middle.
        var (without, there) = (With(), With(("Fe", new(0.025, 0, 0))));
        Assert.Equal(without[3..], there[3..]);
        Assert.NotEqual(without[..3], there[..3]);
    }

    [Fact]
    public void An_element_without_a_row_is_told()
    {
        var error = Assert.Throws<InvalidInputException>(() => Two.Compute(Bands.RockSalt()));
        Assert.Contains("Mg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saved_tables_are_the_same()
    {
        var loaded = EnvironmentDescriptors.Load(Two.Save("e").Reread(), "e")!;
        var band = Bands.Make(Cube(9), "Li", default, new(0.2, 0.1, 0), ("O", new(0.3, 0.3, 0.2)));
        Assert.Equal(Two.Compute(band), loaded.Compute(band));
        Assert.Equal(Two.Hash, loaded.Hash);
        Assert.NotEqual(Two.Hash, Random().Hash);
        Assert.Null(EnvironmentDescriptors.Load(new[] { SafeTensorsEntry.Create<int>("x", [1]) }.Reread(), "e"));
    }

    [Fact]
    public void Tables_that_do_not_fit_are_refused()
    {
        var saved = Two.Save("e").ToList();
        var file = saved.Reread();
        void Refused(SafeTensorsEntry entry) => Assert.ThrowsAny<ArgumentException>(() => EnvironmentDescriptors.Load(saved.With(entry).Reread(), "e"));
        var (species, distances) = (file["e.species"].ToArray<float>(), file["e.distances"].ToArray<float>());
        Refused(SafeTensorsEntry.Create<float>("e.species", species.AsSpan(1)));
        Refused(SafeTensorsEntry.Create<float>("e.species", [float.NaN, .. species[1..]]));
        Refused(SafeTensorsEntry.Create<float>("e.distances", distances.AsSpan(1)));
        Refused(SafeTensorsEntry.Create<float>("e.distances", []));
        Refused(SafeTensorsEntry.Create<float>("e.distances", [float.PositiveInfinity, .. distances[1..]]));
        Refused(SafeTensorsEntry.Create<double>("e.distances", new double[distances.Length]));
        Refused(SafeTensorsEntry.Create<int>("e.elements", [8, 3]));
        Refused(SafeTensorsEntry.Create<int>("e.elements", [3, 300]));
        Refused(SafeTensorsEntry.Create<int>("e.elements", [3]));
        Assert.Throws<KeyNotFoundException>(() => EnvironmentDescriptors.Load(saved.Without("e.species").Reread(), "e"));
    }

    private static float[] Species(float[] embedding, float[] target, float[] gate, float[] own, float[] message) => [.. embedding, .. target, .. gate, .. own, .. message];

    private static Lattice Cube(double edge) => new(new(edge, 0, 0), new(0, edge, 0), new(0, 0, edge));
}
