using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Graphs.Tests;

/// <summary>A bond whose number of copies differs from the reference.</summary>
internal readonly record struct BondDifference(int Source, int Target, double Length, int Expected, int Actual);

/// <summary>A published edge list: duplicated edges, in no particular order.</summary>
internal sealed class PublishedEdges
{
    private readonly int[] _source, _target;
    private readonly Vector3D[] _r;

    private PublishedEdges(SafeTensorsFile file)
    {
        AtomicNumbers = file["atomic_numbers"].ToArray<int>();
        _source = file["edge_src"].ToArray<int>();
        _target = file["edge_dst"].ToArray<int>();
        _r = ToVectors(file["r"].ToArray<double>());
    }

    public int[] AtomicNumbers { get; }

    public static PublishedEdges Read(GoldenGraphInfo info) => new(info.Load());

    /// <summary>Bonds with another number of copies than here: none, if the graphs are the same. r is compared to 1e-9 Å.</summary>
    public List<BondDifference> Match(CrystalGraph graph)
    {
        List<BondDifference> differences = [];
        var bonds = BondsByEnds(graph);
        var counts = new int[graph.BondCount];
        foreach (var (bond, edge) in Assign(graph, bonds).Select((bond, edge) => (bond, edge)))
        {
            if (bond >= 0)
            {
                counts[bond]++;
            }
            else
            {
                differences.Add(new(_source[edge], _target[edge], _r[edge].Length, 1, 0));
            }
        }

        differences.AddRange(
            from bond in Enumerable.Range(0, graph.BondCount)
            where counts[bond] != graph.Multiplicity[bond]
            select new BondDifference(
                graph.Source[bond], graph.Target[bond], graph.Distance[bond], counts[bond], graph.Multiplicity[bond]));
        return differences;
    }

    /// <summary>[published edges] the bond of each, −1 where there is none.</summary>
    public int[] BondOfEdge(CrystalGraph graph) => [.. Assign(graph, BondsByEnds(graph))];

    private IEnumerable<int> Assign(CrystalGraph graph, ILookup<(int, int), int> bonds)
    {
        var r = ToVectors(graph.Displacement);
        for (var edge = 0; edge < _source.Length; edge++)
        {
            yield return bonds[(_source[edge], _target[edge])].Where(bond => (r[bond] - _r[edge]).Length < 1e-9).DefaultIfEmpty(-1).First();
        }
    }

    private static ILookup<(int, int), int> BondsByEnds(CrystalGraph graph) =>
        Enumerable.Range(0, graph.BondCount).ToLookup(bond => (graph.Source[bond], graph.Target[bond]));

    private static Vector3D[] ToVectors(double[] values) =>
        [.. Enumerable.Range(0, values.Length / 3).Select(i => new Vector3D(values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]))];
}
