using Migrate.Graphs;

namespace Migrate.Models.Tests;

/// <summary>
/// A stored graph of the authors' code, with its duplicates, and the same graph with unique bonds and multiplicities. Written the
/// slow, obvious way, apart from the graph builders, so that the network is tested by itself.
/// </summary>
internal sealed class GoldenGraph
{
    private GoldenGraph(BandGraph graph, int[] bondOfEdge, int[] edgeSource, int[] edgeTarget)
    {
        (Graph, BondOfEdge) = (graph, bondOfEdge);
        TripletOfLineEdge = [.. MapLineEdges(graph.Line, bondOfEdge, edgeSource, edgeTarget)];
    }

    /// <summary>Unique bonds.</summary>
    public BandGraph Graph { get; }

    /// <summary>[edges] bond that a stored edge is a copy of.</summary>
    public int[] BondOfEdge { get; }

    /// <summary>[line edges] triplet that a stored line edge is a copy of; line edges run by first, then by second edge.</summary>
    public int[] TripletOfLineEdge { get; }

    public static GoldenGraph Load(string path)
    {
        var file = SafeTensorsFile.Load(path);
        var source = file["edge_src"].ToArray<int>();
        var target = file["edge_dst"].ToArray<int>();
        var r = file["r"].ToArray<double>();
        var numbers = file["atomic_numbers"].ToArray<int>();
        var key = Enumerable.Range(0, source.Length).Select(e => (target[e], source[e], Round(r[3 * e]), Round(r[(3 * e) + 1]), Round(r[(3 * e) + 2]))).ToArray();
        var groups = Enumerable.Range(0, source.Length).GroupBy(e => key[e]).OrderBy(g => g.Key).ToArray();
        var bondOfEdge = new int[source.Length];
        for (var b = 0; b < groups.Length; b++)
        {
            foreach (var e in groups[b])
            {
                bondOfEdge[e] = b;
            }
        }

        int[] first = [.. groups.Select(g => g.First())];
        var rowBegin = new int[numbers.Length + 1];
        foreach (var e in first)
        {
            rowBegin[target[e] + 1]++;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            rowBegin[i + 1] += rowBegin[i];
        }

        var crystal = new CrystalGraph(
            [.. numbers.Select(z => (byte)z)],
            rowBegin,
            [.. first.Select(e => source[e])],
            new int[3 * first.Length],
            [.. first.SelectMany(e => r[(3 * e)..((3 * e) + 3)])],
            [.. first.Select(e => Length(r, e))],
            [.. groups.Select(g => (byte)g.Count())]);
        return new GoldenGraph(new BandGraph(crystal, Line(crystal), 5), bondOfEdge, source, target);
    }

    private static LineGraph Line(CrystalGraph graph)
    {
        var begin = new int[graph.BondCount + 1];
        var (source, cosine, weight) = (new List<int>(), new List<double>(), new List<byte>());
        for (var b = 0; b < graph.BondCount; b++)
        {
            for (var a = graph.RowBegin[graph.Source[b]]; a < graph.RowBegin[graph.Source[b] + 1]; a++)
            {
                var copies = graph.Multiplicity[a] - (a == b ? 1 : 0);
                if (copies > 0)
                {
                    source.Add(a);
                    weight.Add((byte)copies);
                    var dot = Enumerable.Range(0, 3).Sum(k => graph.Displacement[(3 * a) + k] * graph.Displacement[(3 * b) + k]);
                    cosine.Add(Math.Clamp(-dot / (graph.Distance[a] * graph.Distance[b]), -1, 1));
                }
            }

            begin[b + 1] = source.Count;
        }

        return new LineGraph(begin, [.. source], [.. cosine], [.. weight]);
    }

    private static IEnumerable<int> MapLineEdges(LineGraph line, int[] bondOfEdge, int[] edgeSource, int[] edgeTarget)
    {
        var triplet = Enumerable.Range(0, line.TripletCount).ToDictionary(t => (line.Source[t], line.Target[t]));
        for (var a = 0; a < bondOfEdge.Length; a++)
        {
            for (var b = 0; b < bondOfEdge.Length; b++)
            {
                if (a != b && edgeTarget[a] == edgeSource[b])
                {
                    yield return triplet[(bondOfEdge[a], bondOfEdge[b])];
                }
            }
        }
    }

    private static long Round(double x) => (long)Math.Round(x * 1e6);

    private static double Length(double[] r, int e) => Math.Sqrt((r[3 * e] * r[3 * e]) + (r[(3 * e) + 1] * r[(3 * e) + 1]) + (r[(3 * e) + 2] * r[(3 * e) + 2]));
}
