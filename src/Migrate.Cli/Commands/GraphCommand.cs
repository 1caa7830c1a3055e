using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Cuda;
using Migrate.Native.Cuda;
using Spectre.Console;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate graph</c>: explains the graph that the network sees of a structure.</summary>
internal static class GraphCommand
{
    public static Command Create(Streams streams)
    {
        var file = new Argument<string>("file") { Description = "A structure: POSCAR, CIF, extended XYZ or JSON." };
        var entry = new Option<int>("--entry") { Description = "Which structure of a file that holds several, from 0.", HelpName = "n" };
        var neighbors = new Option<int>("--neighbors", "-k") { Description = "k of the nearest neighbours.", DefaultValueFactory = _ => 12, HelpName = "k" };
        var cutoff = new Option<double>("--cutoff") { Description = "First cutoff, Å.", DefaultValueFactory = _ => 8, HelpName = "Å" };
        var ties = ModelOptions.Choice("--ties", "Which neighbours at the distance of the k-th are kept.", "whole-shell", "published");
        var tolerance = new Option<double>("--shell-tolerance")
        {
            Description = "Width of a shell with whole-shell ties, Å.",
            DefaultValueFactory = _ => new GraphSettings().ShellTolerance,
            HelpName = "Å",
        };
        var relations = ModelOptions.Choice("--relations", "Weight of a relation seen from both ends.", "duplicated", "canonical");
        var backend = ModelOptions.Choice("--backend", "What builds the graph; the same bits either way.", "auto", "cpu", "cuda");
        var json = new Option<bool>("--json") { Description = "JSON with every bond on standard output." };
        var command = new Command("graph", "Explain a structure's graph: degree, shell, ties, duplicates, bonds and triplets.")
        {
            file, entry, neighbors, cutoff, ties, tolerance, relations, backend, json,
        };
        command.SetAction(parsed =>
        {
            var settings = new GraphSettings
            {
                Neighbors = parsed.GetValue(neighbors),
                Cutoff = parsed.GetValue(cutoff),
                Ties = parsed.GetValue(ties) == "published" ? TiePolicy.Published : TiePolicy.WholeShell,
                ShellTolerance = parsed.GetValue(tolerance),
                Relations = parsed.GetValue(relations) == "canonical" ? RelationPolicy.Canonical : RelationPolicy.Duplicated,
            };
            try
            {
                settings.Validate();
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message.Split('\n')[0]);
            }

            var path = parsed.GetValue(file)!;
            var structure = Pick(path, parsed.GetValue(entry));
            var graph = Build(structure, settings, parsed.GetValue(backend)!, streams);
            if (parsed.GetValue(json))
            {
                streams.Output.WriteLine(GraphJson.Write(structure, graph, settings));
            }
            else
            {
                Print(streams, structure, graph, settings);
            }

            return ExitCode.Success;
        });
        return command;
    }

    // One graph is done before a GPU has woken up.
    private static CrystalGraph Build(Structure structure, GraphSettings settings, string backend, Streams streams)
    {
        if (backend != "cuda")
        {
            return new CpuGraphKernels().BuildGraph(structure, settings);
        }

        ModelOptions.RequireGpu();
        using var kernels = new CudaGraphKernels();
        streams.Note($"graph by {kernels.Name} ({CudaRuntime.Device.Name})");
        return kernels.BuildGraph(structure, settings);
    }

    private static Structure Pick(string path, int entry)
    {
        if (entry < 0)
        {
            throw new UsageException("--entry counts from 0");
        }

        return StructureReader.ReadAll(path).Skip(entry).FirstOrDefault()
            ?? throw new InvalidInputException($"holds no structure number {entry} (counted from 0)", path);
    }

    private static void Print(Streams streams, Structure structure, CrystalGraph graph, GraphSettings settings)
    {
        var table = new Table().Border(TableBorder.Minimal);
        table.AddColumns("site", "element");
        foreach (var name in new[] { "neighbours kept", "shell radius / Å", "ties kept", "ties dropped", "gap after / Å", "bonds in", "coincident" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        for (var i = 0; i < graph.AtomCount; i++)
        {
            var site = graph.Sites[i];
            table.AddRow(
                $"{i}",
                structure[i].Element.Symbol,
                $"{site.Kept}",
                Number(site.ShellRadius, "f4"),
                $"{site.TiesKept}",
                $"{site.TiesDropped}",
                Number(site.GapAfterCut, "g3"),
                $"{graph.RowBegin[i + 1] - graph.RowBegin[i]}",
                $"{site.CoincidentSkipped}");
        }

        streams.Console.Write(table);
        var output = streams.Output;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"k = {settings.Neighbors}, cutoff {settings.Cutoff} Å (used: {graph.CutoffUsed:g6} Å), ties {settings.Ties}, relations {settings.Relations}"));
        output.WriteLine($"{graph.AtomCount} atoms, {graph.BondCount} bonds, {graph.TripletCount} triplets");
        output.WriteLine(
            $"as published, with duplicates: {graph.PublishedBondCount} edges, {graph.PublishedTripletCount} line edges "
            + $"({graph.Multiplicity.Count(m => m > 1)} bonds stand for two)");
    }

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";
}
