using Migrate.Graphs;

namespace Migrate.Models.Tests;

/// <summary>Graphs that make trouble: they need no crystal behind them.</summary>
internal static class HandMadeGraphs
{
    /// <summary>Names of <see cref="Create"/>.</summary>
    public static readonly string[] Names =
    [
        "one atom, no bonds", "three atoms, no bonds", "one bond", "two bonds, one triplet", "atom without incoming bonds", "self bond",
        "one atom entered by 300 bonds", "random, multiplicities", "random, no multiplicities",
    ];

    public static BandGraph Create(string name) => name switch
    {
        "one atom, no bonds" => Make(1, []),
        "three atoms, no bonds" => Make(3, []),
        "one bond" => Make(2, [(0, 1, 1)]),
        "two bonds, one triplet" => Make(3, [(0, 1, 1), (1, 2, 2)]),
        "atom without incoming bonds" => Make(4, [(0, 1, 1), (1, 2, 1), (3, 2, 2), (2, 1, 1)]),
        "self bond" => Make(2, [(0, 0, 2), (0, 1, 1), (1, 0, 1)]),
        "one atom entered by 300 bonds" => Make(4, [.. Enumerable.Range(0, 300).Select(i => (1 + (i % 3), 0, 1 + (i % 2))), (0, 1, 1)]),
        "random, multiplicities" => Random(7, 12, 90, 2),
        _ => Random(8, 10, 60, 1),
    };

    public static BandGraph Random(int seed, int atoms, int bonds, int mostCopies)
    {
        var random = new Random(seed);
        return Make(atoms, [.. Enumerable.Range(0, bonds).Select(_ => (random.Next(atoms), random.Next(atoms), 1 + random.Next(mostCopies)))]);
    }

    private static BandGraph Make(int atoms, (int Source, int Target, int Copies)[] bonds)
    {
        var random = new Random(bonds.Length);
        var sorted = bonds.OrderBy(b => b.Target).ThenBy(b => b.Source).ToArray();
        var begin = new int[atoms + 1];
        foreach (var bond in sorted)
        {
            begin[bond.Target + 1]++;
        }

        for (var i = 0; i < atoms; i++)
        {
            begin[i + 1] += begin[i];
        }

        double[] displacement = [.. Enumerable.Range(0, 3 * sorted.Length).Select(_ => (2 * random.NextDouble()) + 0.5)];
        double[] distance =
        [
            .. Enumerable.Range(0, sorted.Length).Select(e => Math.Sqrt(displacement.AsSpan(3 * e, 3).ToArray().Sum(x => x * x))),
        ];
        var crystal = new CrystalGraph(
            [.. Enumerable.Range(0, atoms).Select(i => (byte)(3 + (i % 30)))],
            begin,
            [.. sorted.Select(b => b.Source)],
            new int[3 * sorted.Length],
            displacement,
            distance,
            [.. sorted.Select(b => (byte)b.Copies)]);
        return new BandGraph(crystal, new CpuGraphKernels().BuildLineGraph(crystal), Math.Min(5, atoms));
    }
}
