using Migrate.Graphs;

namespace Migrate.Benchmarks;

/// <summary>The published form of a graph: every bond of multiplicity 2 stored twice, and the line graph between all copies.</summary>
internal static class DuplicatedGraph
{
    public static BandGraph Expand(BandGraph graph)
    {
        var crystal = graph.Crystal;
        int[] copies = [.. Enumerable.Range(0, crystal.BondCount).SelectMany(b => Enumerable.Repeat(b, crystal.Multiplicity[b]))];
        var rowBegin = new int[crystal.AtomCount + 1];
        foreach (var b in copies)
        {
            rowBegin[crystal.Target[b] + 1]++;
        }

        for (var i = 0; i < crystal.AtomCount; i++)
        {
            rowBegin[i + 1] += rowBegin[i];
        }

        var expanded = new CrystalGraph(
            crystal.AtomicNumbers,
            rowBegin,
            [.. copies.Select(b => crystal.Source[b])],
            [.. copies.SelectMany(b => crystal.Shift[(3 * b)..((3 * b) + 3)])],
            [.. copies.SelectMany(b => crystal.Displacement[(3 * b)..((3 * b) + 3)])],
            [.. copies.Select(b => crystal.Distance[b])],
            [.. copies.Select(_ => (byte)1)]);
        return new BandGraph(expanded, new CpuGraphKernels().BuildLineGraph(expanded), graph.ImageCount);
    }
}
