using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Testing;

/// <summary>
/// Graph construction the slow, obvious way, step by step as architecture.md tells it: all pairs, the published edge list with its
/// duplicates, counted only at the end. Shares no code with the native library.
/// </summary>
public sealed class ManagedGraphOracle : IGraphKernels
{
    public string Name => "oracle";

    public NeighborList FindNeighbors(Structure structure, double cutoff)
    {
        var metric = OracleMetric.Create(structure, TiePolicy.WholeShell);
        var rows = OracleNeighbor.FindAll(structure, cutoff, metric);
        var pairs = rows.SelectMany((row, i) => row.Select(n => (Source: i, n)))
            .OrderBy(p => (p.Source, p.n.Target, p.n.A, p.n.B, p.n.C)).ToArray();
        var f = structure.Fractional.ToArray();
        return new NeighborList(
            RowBegin(pairs.Select(p => p.Source), structure.Count),
            [.. pairs.Select(p => p.Source)],
            [.. pairs.Select(p => p.n.Target)],
            [.. pairs.SelectMany(p => new[] { p.n.A, p.n.B, p.n.C })],
            [.. pairs.SelectMany(p => Components(structure.Lattice.ToCartesian(f[p.n.Target] + p.n.Shift - f[p.Source])))],
            [.. pairs.Select(p => p.n.Distance)]);
    }

    public CrystalGraph BuildGraph(Structure structure, GraphSettings settings)
    {
        var metric = OracleMetric.Create(structure, settings.Ties);
        var cutoffUsed = GrowCutoff(structure, settings, metric);
        var tolerance = settings.Ties == TiePolicy.WholeShell ? settings.ShellTolerance : 0;

        // Far enough to see the first neighbour that every atom leaves out.
        for (var radius = cutoffUsed; ; radius *= 1.3)
        {
            var rows = OracleNeighbor.FindAll(structure, radius, metric);
            if (rows.All(row => SeesBeyondCut(row, settings.Neighbors, tolerance, radius)))
            {
                var sites = new SiteNeighborhood[structure.Count];
                var kept = rows.Select((row, i) => Keep(row, settings.Neighbors, tolerance, out sites[i])).ToArray();
                return Assemble(structure, settings, kept, sites, cutoffUsed);
            }
        }
    }

    public LineGraph BuildLineGraph(CrystalGraph graph)
    {
        // The published list: every bond as often as its multiplicity says; each copy knows its bond.
        var copies = Enumerable.Range(0, graph.BondCount).SelectMany(bond => Enumerable.Repeat(bond, graph.Multiplicity[bond])).ToArray();
        var entering = copies.Index().ToLookup(copy => graph.Target[copy.Item]);
        List<int> begin = [0];
        List<int> source = [];
        List<double> cosine = [];
        List<byte> weight = [];
        for (var bond = 0; bond < graph.BondCount; bond++)
        {
            // All copies that enter the atom where one copy of this bond begins, except that one copy itself.
            var self = Array.IndexOf(copies, bond);
            var others = entering[graph.Source[bond]].Where(copy => copy.Index != self);
            foreach (var first in others.GroupBy(copy => copy.Item).OrderBy(g => g.Key))
            {
                source.Add(first.Key);
                weight.Add((byte)first.Count());
                cosine.Add(Cosine(graph, first.Key, bond));
            }

            begin.Add(source.Count);
        }

        return new LineGraph([.. begin], [.. source], [.. cosine], [.. weight]);
    }

    private static IEnumerable<OracleNeighbor> Apart(IEnumerable<OracleNeighbor> row) =>
        row.Where(n => n.Distance > CrystalGraph.CoincidentDistance);

    private static double GrowCutoff(Structure structure, GraphSettings settings, Func<int, int, Vector3D, double> metric)
    {
        var lengths = OracleMetric.Rounded(structure.Lattice).Lengths.Map(x => Math.Round(x, 6));
        var longest = Math.Max(lengths.X, Math.Max(lengths.Y, lengths.Z));
        var cutoff = settings.Cutoff;
        while (OracleNeighbor.FindAll(structure, cutoff, metric).Any(row => Apart(row).Count() < settings.Neighbors))
        {
            cutoff = cutoff < longest ? longest : 2 * cutoff;
        }

        return cutoff;
    }

    private static bool SeesBeyondCut(List<OracleNeighbor> row, int k, double tolerance, double radius)
    {
        var distances = Apart(row).Select(n => n.Distance).Order().ToArray();
        return distances.Length > k && distances[k - 1] + tolerance + 1e-3 < radius && distances[^1] > distances[k - 1] + tolerance;
    }

    private static OracleNeighbor[] Keep(List<OracleNeighbor> row, int k, double tolerance, out SiteNeighborhood site)
    {
        var sorted = Apart(row).OrderBy(n => n.Distance).ToArray();
        var shell = sorted[k - 1].Distance;
        var cut = shell + tolerance;
        var kept = sorted.Where(n => n.Distance <= cut).ToArray();
        var dropped = sorted.Where(n => n.Distance > cut).ToArray();
        site = new SiteNeighborhood(
            kept.Length,
            shell,
            kept.Length - k,
            dropped.Count(n => n.Distance <= cut + 1e-3),
            dropped.Min(n => n.Distance - cut),
            row.Count - sorted.Length);
        return kept;
    }

    private static CrystalGraph Assemble(
        Structure structure, GraphSettings settings, OracleNeighbor[][] kept, SiteNeighborhood[] sites, double cutoffUsed)
    {
        // {(i, j): set of images}, as the published code keeps it.
        Dictionary<(int I, int J), HashSet<(int A, int B, int C)>> relations = [];
        for (var i = 0; i < kept.Length; i++)
        {
            foreach (var n in kept[i])
            {
                var fold = settings.Relations == RelationPolicy.Canonical && n.Target < i;
                var key = fold ? (n.Target, i) : (i, n.Target);
                relations.TryAdd(key, []);
                relations[key].Add(fold ? (-n.A, -n.B, -n.C) : (n.A, n.B, n.C));
            }
        }

        // Each entry makes two directed edges; equal edges are counted.
        Dictionary<(int Target, int Source, int A, int B, int C), byte> edges = [];
        foreach (var ((i, j), images) in relations)
        {
            foreach (var (a, b, c) in images)
            {
                edges[(j, i, a, b, c)] = (byte)(edges.GetValueOrDefault((j, i, a, b, c)) + 1);
                edges[(i, j, -a, -b, -c)] = (byte)(edges.GetValueOrDefault((i, j, -a, -b, -c)) + 1);
            }
        }

        var lattice = settings.Ties == TiePolicy.Published ? OracleMetric.Rounded(structure.Lattice) : structure.Lattice;
        var f = structure.Fractional.ToArray();
        var sorted = edges.OrderBy(edge => edge.Key).ToArray();
        var vectors = sorted
            .Select(e => lattice.ToCartesian(f[e.Key.Target] + new Vector3D(e.Key.A, e.Key.B, e.Key.C) - f[e.Key.Source]))
            .ToArray();
        return new CrystalGraph(
            structure.AtomicNumbers.ToArray(),
            RowBegin(sorted.Select(e => e.Key.Target), structure.Count),
            [.. sorted.Select(e => e.Key.Source)],
            [.. sorted.SelectMany(e => new[] { e.Key.A, e.Key.B, e.Key.C })],
            [.. vectors.SelectMany(Components)],
            [.. vectors.Select(v => v.Length)],
            [.. sorted.Select(e => e.Value)],
            sites,
            cutoffUsed);
    }

    private static double Cosine(CrystalGraph graph, int first, int second)
    {
        static Vector3D At(double[] values, int i) => new(values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]);
        var (r1, r2) = (At(graph.Displacement, first), At(graph.Displacement, second));
        return Math.Clamp(-r1.Dot(r2) / (r1.Length * r2.Length), -1, 1);
    }

    private static double[] Components(Vector3D v) => [v.X, v.Y, v.Z];

    private static int[] RowBegin(IEnumerable<int> rows, int count)
    {
        var begin = new int[count + 1];
        foreach (var row in rows)
        {
            begin[row + 1]++;
        }

        for (var i = 0; i < count; i++)
        {
            begin[i + 1] += begin[i];
        }

        return begin;
    }
}
