using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Baselines.Tests;

/// <summary>Bands for tests, and the same bands written in another way.</summary>
internal static class Bands
{
    /// <summary>Edge of the rock-salt cell, Å.</summary>
    public const double RockSaltEdge = 4.2;

    private const int Images = 5;

    private static readonly Vector3D Zero = new(0, 0, 0);

    /// <summary>Li from one cation site of MgO to the next, straight through the edge between two oxygens; both sites are empty otherwise.</summary>
    public static Band RockSalt(double edge = RockSaltEdge) => Make(
        new Lattice(new(edge, 0, 0), new(0, edge, 0), new(0, 0, edge)),
        "Li",
        Zero,
        new(0.5, 0.5, 0),
        ("Mg", new(0.5, 0, 0.5)),
        ("Mg", new(0, 0.5, 0.5)),
        ("O", new(0.5, 0, 0)),
        ("O", new(0, 0.5, 0)),
        ("O", new(0, 0, 0.5)),
        ("O", new(0.5, 0.5, 0.5)));

    /// <summary>A hop through a random skewed framework with every role in it: anions, cations, ions that stay, centres of complex anions.</summary>
    public static Band Random(int seed)
    {
        var random = new Random(seed);
        Vector3D Place() => new(random.NextDouble(), random.NextDouble(), random.NextDouble());
        var lattice = new Lattice(
            new(5 + random.NextDouble(), 0, 0), new(random.NextDouble(), 6 + random.NextDouble(), 0), new(-2 * random.NextDouble(), random.NextDouble(), 7));
        var from = Place();
        string[] elements = ["Li", "O", "O", "O", "O", "S", "Fe", "P", "F"];
        return Make(lattice, "Li", from, from + new Vector3D(0.4, 0.2, -0.1), [.. elements.Select(e => (e, Place()))]);
    }

    public static Band Make(Lattice lattice, string ion, Vector3D from, Vector3D to, params (string Element, Vector3D Place)[] framework) =>
        Build(
            lattice,
            [.. Enumerable.Range(0, Images).Select(k => Number(ion)), .. framework.Select(f => Number(f.Element))],
            [.. Enumerable.Range(0, Images).Select(k => from + ((to - from) * (k / (Images - 1.0)))), .. framework.Select(f => f.Place)]);

    public static Band Build(Lattice lattice, byte[] numbers, Vector3D[] places) => Band.FromStructure(new Structure(lattice, numbers, places), Images);

    public static Band Reversed(this Band band) =>
        band.WithSites([.. Enumerable.Range(0, band.Structure.Count).Select(i => i < band.ImageCount ? band.ImageCount - 1 - i : i)]);

    public static Band Permuted(this Band band, Random random)
    {
        int[] framework = [.. Enumerable.Range(band.ImageCount, band.Structure.Count - band.ImageCount)];
        random.Shuffle(framework);
        return band.WithSites([.. Enumerable.Range(0, band.ImageCount), .. framework]);
    }

    /// <summary>Every framework atom moved by whole cells of its own; the images stay together.</summary>
    public static Band Unwrapped(this Band band, Random random) => Build(
        band.Structure.Lattice,
        band.Structure.AtomicNumbers.ToArray(),
        [.. band.Structure.Fractional.ToArray().Select((f, i) =>
            i < band.ImageCount ? f : f + new Vector3D(random.Next(-3, 4), random.Next(-3, 4), random.Next(-3, 4)))]);

    /// <summary>The same crystal on the lattice vectors a, b + a, c − 2 a.</summary>
    public static Band OnOtherVectors(this Band band)
    {
        var lattice = band.Structure.Lattice;
        return Build(
            new Lattice(lattice.A, lattice.B + lattice.A, lattice.C - (2 * lattice.A)),
            band.Structure.AtomicNumbers.ToArray(),
            [.. band.Structure.Fractional.ToArray().Select(f => new Vector3D(f.X - f.Y + (2 * f.Z), f.Y, f.Z))]);
    }

    /// <summary>The framework twice along a, with the one ion in the first half.</summary>
    public static Band Doubled(this Band band)
    {
        var (structure, n) = (band.Structure, band.ImageCount);
        var framework = new Structure(structure.Lattice, structure.AtomicNumbers[n..], structure.Fractional[n..]).Supercell(2, 1, 1);
        return Build(
            framework.Lattice,
            [.. structure.AtomicNumbers[..n], .. framework.AtomicNumbers],
            [.. structure.Fractional[..n].ToArray().Select(f => new Vector3D(f.X / 2, f.Y, f.Z)), .. framework.Fractional]);
    }

    private static Band WithSites(this Band band, int[] order) => Build(
        band.Structure.Lattice,
        [.. order.Select(i => band.Structure.AtomicNumbers[i])],
        [.. order.Select(i => band.Structure.Fractional[i])]);

    private static byte Number(string symbol) =>
        Element.TryParse(symbol, out var element) ? (byte)element.AtomicNumber : throw new ArgumentException(symbol);
}
