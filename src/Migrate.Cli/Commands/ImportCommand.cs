using System.CommandLine;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate import</c>: a published state dict becomes a checkpoint folder.</summary>
internal static class ImportCommand
{
    public static Command Create(Streams streams)
    {
        var file = new Argument<string>("weights") { Description = "State dict of MODEL-3 with upstream names, as a safetensors file." };
        var output = new Option<string>("--output", "-o") { Description = "Checkpoint folder to write.", Required = true, HelpName = "folder" };
        var ties = ModelOptions.Choice("--ties", "Tie policy the weights were trained with.", "published", "whole-shell");
        var relations = ModelOptions.Choice("--relations", "Relation policy the weights were trained with.", "duplicated", "canonical");
        var neighbors = new Option<int>("--neighbors") { Description = "k of the graph.", DefaultValueFactory = _ => 12, HelpName = "k" };
        var cutoff = new Option<double>("--cutoff") { Description = "First cutoff, Å.", DefaultValueFactory = _ => 8, HelpName = "Å" };
        var images = new Option<int>("--images") { Description = "Images in a band.", DefaultValueFactory = _ => 5, HelpName = "n" };
        var minimum = Target("--target-min", "Smallest training barrier, eV.", UpstreamImport.PublishedScaler.Minimum);
        var maximum = Target("--target-max", "Largest training barrier, eV.", UpstreamImport.PublishedScaler.Maximum);
        var command = new Command("import", "Turn a published state dict into a checkpoint folder.")
        {
            file, output, ties, relations, neighbors, cutoff, images, minimum, maximum,
        };
        command.SetAction(parsed =>
        {
            TorchRuntime.EnsureLoaded();
            var graph = new GraphSettings
            {
                Neighbors = parsed.GetValue(neighbors),
                Cutoff = parsed.GetValue(cutoff),
                Ties = parsed.GetValue(ties) == "published" ? TiePolicy.Published : TiePolicy.WholeShell,
                Relations = parsed.GetValue(relations) == "canonical" ? RelationPolicy.Canonical : RelationPolicy.Duplicated,
            };
            var scaler = UpstreamImport.PublishedScaler with { Minimum = parsed.GetValue(minimum), Maximum = parsed.GetValue(maximum) };
            try
            {
                var folder = parsed.GetValue(output)!;
                var sizes = UpstreamImport.Run(parsed.GetValue(file)!, folder, graph, parsed.GetValue(images), scaler);
                streams.Output.WriteLine(
                    $"{folder}: ALIGNN {sizes.AlignnLayers}+{sizes.GcnLayers}, hidden {sizes.HiddenFeatures}, embedding {sizes.EmbeddingFeatures}");
                return ExitCode.Success;
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message.Split('\n')[0]);
            }
        });
        return command;
    }

    private static Option<double> Target(string name, string description, double value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "eV" };
}
