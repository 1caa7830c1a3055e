using System.Text;
using System.Text.Json;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Cli;

/// <summary>A graph as JSON: settings, counts, one object per site and one per bond.</summary>
internal static class GraphJson
{
    public static string Write(Structure structure, CrystalGraph graph, GraphSettings settings)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", structure.Name);
            json.WriteStartObject("settings");
            json.WriteNumber("neighbors", settings.Neighbors);
            json.WriteNumber("cutoff_angstrom", settings.Cutoff);
            json.WriteNumber("cutoff_used_angstrom", graph.CutoffUsed);
            json.WriteString("ties", settings.Ties == TiePolicy.Published ? "published" : "whole-shell");
            json.WriteString("relations", settings.Relations == RelationPolicy.Canonical ? "canonical" : "duplicated");
            json.WriteEndObject();
            json.WriteNumber("atoms", graph.AtomCount);
            json.WriteNumber("bonds", graph.BondCount);
            json.WriteNumber("triplets", graph.TripletCount);
            json.WriteNumber("published_edges", graph.PublishedBondCount);
            json.WriteNumber("published_line_edges", graph.PublishedTripletCount);
            WriteSites(json, structure, graph);
            WriteBonds(json, graph);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteSites(Utf8JsonWriter json, Structure structure, CrystalGraph graph)
    {
        json.WriteStartArray("site_list");
        for (var i = 0; i < graph.AtomCount; i++)
        {
            var site = graph.Sites[i];
            json.WriteStartObject();
            json.WriteNumber("site", i);
            json.WriteString("element", structure[i].Element.Symbol);
            json.WriteNumber("neighbors_kept", site.Kept);
            json.WriteNumber("degree", graph.RowBegin[i + 1] - graph.RowBegin[i]);
            json.WriteNumber("shell_radius_angstrom", site.ShellRadius);
            json.WriteNumber("cutoff_used_angstrom", graph.CutoffUsed);
            json.WriteNumber("ties_kept", site.TiesKept);
            json.WriteNumber("ties_dropped", site.TiesDropped);
            if (double.IsFinite(site.GapAfterCut))
            {
                json.WriteNumber("gap_after_cut_angstrom", site.GapAfterCut);
            }

            json.WriteNumber("coincident_skipped", site.CoincidentSkipped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBonds(Utf8JsonWriter json, CrystalGraph graph)
    {
        json.WriteStartArray("bond_list");
        for (var b = 0; b < graph.BondCount; b++)
        {
            json.WriteStartObject();
            json.WriteNumber("source", graph.Source[b]);
            json.WriteNumber("target", graph.Target[b]);
            json.WriteStartArray("shift");
            for (var axis = 0; axis < 3; axis++)
            {
                json.WriteNumberValue(graph.Shift[(3 * b) + axis]);
            }

            json.WriteEndArray();
            json.WriteNumber("distance_angstrom", graph.Distance[b]);
            json.WriteNumber("multiplicity", graph.Multiplicity[b]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
