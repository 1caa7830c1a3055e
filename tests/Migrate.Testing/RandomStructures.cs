using System.Globalization;
using Migrate.Crystals;

namespace Migrate.Testing;

/// <summary>Structures that make trouble, and seeded random ones.</summary>
public static class RandomStructures
{
    /// <summary>Names of <see cref="Create"/>: hand-made cases first, then "random-0" …</summary>
    public static IEnumerable<string> Names => [.. Special.Keys, .. Enumerable.Range(0, 24).Select(seed => $"random-{seed}")];

    private static readonly Dictionary<string, Func<Structure>> Special = new()
    {
        ["simple cubic, one atom"] = () => Make(Cubic(3.1), (84, new(0, 0, 0))),
        ["face-centred, one atom"] = () => Make(new Lattice(new(0, 2, 2), new(2, 0, 2), new(2, 2, 0)), (29, new(0.3, -0.7, 12.1))),
        ["body-centred, one atom"] = () => Make(
            new Lattice(new(-1.5, 1.5, 1.5), new(1.5, -1.5, 1.5), new(1.5, 1.5, -1.5)), (26, new(0, 0, 0))),
        ["hexagonal close packed"] = () => Make(
            Lattice.FromParameters(3.2, 3.2, 5.2, 90, 90, 120), (12, new(1 / 3.0, 2 / 3.0, 0.25)), (12, new(2 / 3.0, 1 / 3.0, 0.75))),
        ["rock salt"] = () => Make(
            Cubic(5.64),
            (11, new(0, 0, 0)), (11, new(0.5, 0.5, 0)), (11, new(0.5, 0, 0.5)), (11, new(0, 0.5, 0.5)),
            (17, new(0.5, 0, 0)), (17, new(0, 0.5, 0)), (17, new(0, 0, 0.5)), (17, new(0.5, 0.5, 0.5))),
        ["diamond, off the origin"] = () => Make(
            new Lattice(new(0, 1.78, 1.78), new(1.78, 0, 1.78), new(1.78, 1.78, 0)), (6, new(-3.125, 0.125, 7.125)),
            (6, new(0.375, 0.375, 0.375))),
        ["flat cell"] = () => Make(
            new Lattice(new(14, 0, 0), new(0, 11, 0), new(0.2, 0.1, 0.7)), (3, new(0.1, 0.2, 0.3)), (8, new(0.6, 0.7, 0.9))),
        ["needle cell"] = () => Make(
            new Lattice(new(1.3, 0, 0), new(0, 1.4, 0), new(0, 0, 60)), (3, new(0.1, 0.2, 0.1)), (8, new(0.6, 0.7, 0.5))),
        ["skewed cell"] = () => Make(
            new Lattice(new(3, 0, 0), new(40, 3.2, 0), new(-55, 27, 3.5)), (3, new(0.1, 0.2, 0.3)), (8, new(0.6, -0.7, 0.9))),
        ["left-handed cell"] = () => Make(
            new Lattice(new(0, 4, 0), new(5, 0.3, 0), new(0, 0.2, 6)), (3, new(0.1, 0.2, 0.3)), (8, new(0.6, 0.7, 0.9)),
            (8, new(0.3, 0.6, 0.5))),
        ["slab with vacuum"] = () => Make(
            new Lattice(new(4, 0, 0), new(0, 4, 0), new(0, 0, 45)), (12, new(0, 0, 0.5)), (8, new(0.5, 0.5, 0.5)),
            (12, new(0.5, 0.5, 0.55)), (8, new(0, 0, 0.55))),
        ["huge, almost empty cell"] = () => Make(Cubic(70), (3, new(0.2, 0.2, 0.2)), (9, new(0.22, 0.2, 0.2))),
        ["coincident sites"] = () => Make(
            Cubic(6),
            (3, new(0.1, 0.1, 0.1)), (3, new(0.1, 0.1, 0.1)), (3, new(0.12, 0.1, 0.1)), (8, new(0.6, 0.5, 0.4)), (8, new(1.6, 0.5, -0.6))),
        ["on cell faces"] = () => Make(
            Cubic(4.2), (3, new(0, 0, 0)), (3, new(1, 1, 1.5)), (8, new(-1e-17, 0.5, 1 - 1e-16)), (8, new(0.5, -0.0, 2))),
        ["far from the origin"] = () => Make(
            Lattice.FromParameters(5, 6, 7, 80, 95, 105), (3, new(100.3, -200.2, 55.4)), (8, new(-0.1, 0.9, 31.7)),
            (16, new(3.4, 0.1, -77.2))),
    };

    /// <summary>A structure by its name.</summary>
    public static Structure Create(string name) =>
        Special.TryGetValue(name, out var make)
            ? make().WithName(name)
            : Random(int.Parse(name["random-".Length..], CultureInfo.InvariantCulture));

    /// <summary>1 to 14 atoms anywhere in a cell of random shape, not wrapped, at ordinary densities.</summary>
    public static Structure Random(int seed)
    {
        var random = new Random(seed);
        var atoms = random.Next(1, 15);
        while (true)
        {
            Vector3D Vector(double size) => new(size * Symmetric(random), size * Symmetric(random), size * Symmetric(random));
            var (a, b, c) = (Vector(6), Vector(6), Vector(6));
            var volume = Math.Abs(a.Dot(b.Cross(c)));
            if (volume / atoms is < 5 or > 60)
            {
                continue;
            }

            var numbers = Enumerable.Range(0, atoms).Select(_ => (byte)random.Next(1, 93)).ToArray();
            var fractional = Enumerable.Range(0, atoms).Select(_ => Vector(2)).ToArray();
            return new Structure(new Lattice(a, b, c), numbers, fractional, $"random-{seed}");
        }
    }

    private static double Symmetric(Random random) => (2 * random.NextDouble()) - 1;

    private static Lattice Cubic(double a) => new(new(a, 0, 0), new(0, a, 0), new(0, 0, a));

    private static Structure Make(Lattice lattice, params (byte Number, Vector3D Fractional)[] sites) =>
        new(lattice, sites.Select(site => site.Number).ToArray(), sites.Select(site => site.Fractional).ToArray());
}
