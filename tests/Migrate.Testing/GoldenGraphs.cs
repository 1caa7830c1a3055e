using System.Text.Json;
using Migrate.Graphs;

namespace Migrate.Testing;

/// <summary>One line of golden/graphs/index.json.</summary>
public sealed record GoldenGraphInfo(
    string Id,
    string Kind,
    string Structure,
    int Nodes,
    int Edges,
    long LineEdges,
    bool LineGraphStored,
    double SumBondLength,
    double SumCosine,
    double SumCosineSquared,
    int SelfEdges)
{
    /// <summary>Settings that the reference used.</summary>
    public GraphSettings Settings =>
        GraphSettings.Published with { Relations = Kind.StartsWith('c') ? RelationPolicy.Canonical : RelationPolicy.Duplicated };

    /// <summary>Name of its structure in <see cref="GoldenStructures"/>.</summary>
    public string StructureName => Kind switch
    {
        "band" or "cband" or "sub" => Structure,
        _ => Id[(Kind[0] == 'c' ? 1 : 0)..],
    };

    /// <summary>The stored graph.</summary>
    public SafeTensorsFile Load() => SafeTensorsFile.Load(SharedFolder.Require("golden", "graphs", $"{Id}.safetensors"));

    public override string ToString() => Id;
}

/// <summary>golden/graphs: published edge lists, duplicates and all.</summary>
public static class GoldenGraphs
{
    public static IReadOnlyList<GoldenGraphInfo> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden", "graphs", "index.json")));
        return
        [
            .. document.RootElement.EnumerateArray().Select(json => new GoldenGraphInfo(
                json.GetProperty("id").GetString()!,
                json.GetProperty("kind").GetString()!,
                json.GetProperty("structure").GetString()!,
                json.GetProperty("nodes").GetInt32(),
                json.GetProperty("edges").GetInt32(),
                json.GetProperty("line_edges").GetInt64(),
                json.GetProperty("line_graph_stored").GetBoolean(),
                json.GetProperty("sum_bond_length").GetDouble(),
                json.GetProperty("sum_cos").GetDouble(),
                json.GetProperty("sum_cos_sq").GetDouble(),
                json.GetProperty("self_edges").GetInt32())),
        ];
    }
}
