using System.Globalization;

namespace Migrate.Testing;

/// <summary>Sizes and sums of one published graph.</summary>
public sealed record GraphTotals(long Edges, long LineEdges, long SelfEdges, double SumBondLength, double SumCosine);

/// <summary>One row of golden/graph_summary.csv.</summary>
public sealed record GraphSummaryRow(
    string Set,
    int Entry,
    string Name,
    int Atoms,
    GraphTotals Duplicated,
    GraphTotals Canonical,
    double CutoffUsed,
    int MaxNeighborsKept,
    double SmallestGap,
    bool Insensitive,
    int SubGraphAtoms,
    GraphTotals SubGraph,
    double SubGraphCutoffUsed,
    bool SubGraphInsensitive);

/// <summary>golden/graph_summary.csv: two thirds of the 619 bands.</summary>
public static class GraphSummary
{
    public static IReadOnlyList<GraphSummaryRow> Load()
    {
        var lines = File.ReadAllLines(SharedFolder.Require("golden", "graph_summary.csv"));
        var columns = lines[0].Split(',').Select((name, i) => (name, i)).ToDictionary(x => x.name, x => x.i);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => Read(line.Split(','), columns))];
    }

    private static GraphSummaryRow Read(string[] cells, Dictionary<string, int> columns)
    {
        double Number(string name) => double.Parse(cells[columns[name]], CultureInfo.InvariantCulture);
        GraphTotals Totals(string prefix) => new(
            (long)Number(prefix + "edges"),
            (long)Number(prefix + "line_edges"),
            (long)Number(prefix + "self_edges"),
            Number(prefix + "sum_bond_length"),
            Number(prefix + "sum_cos"));
        return new GraphSummaryRow(
            cells[columns["set"]],
            (int)Number("entry"),
            cells[columns["sys_name"]],
            (int)Number("atoms"),
            Totals(""),
            Totals("canon_"),
            Number("cutoff_used"),
            (int)Number("max_neighbours_kept"),
            Number("smallest_gap_after_cut"),
            Number("insensitive") == 1,
            (int)Number("sub_nodes"),
            Totals("sub_"),
            Number("sub_cutoff_used"),
            Number("sub_insensitive") == 1);
    }
}
