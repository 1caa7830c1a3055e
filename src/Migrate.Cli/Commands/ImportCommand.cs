using System.CommandLine;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate import</c>: a published state dict becomes a checkpoint folder.</summary>
internal static class ImportCommand
{
    public static Command Create(Streams streams)
    {
        var file = new Argument<string>("weights") { Description = "State dict with upstream names, as a safetensors file: MODEL-1 to -4, scratch, the multi-property network or the original ALIGNN." };
        var output = new Option<string>("--output", "-o") { Description = "Checkpoint folder to write.", Required = true, HelpName = "folder" };
        var architecture = Optional(
            "--architecture", "Which network, where the tensors do not tell: model3 is taken before model1-add and -sub, alignn before scratch-add and -sub.", [.. AlignnVariants.Names]);
        var ties = ModelOptions.Choice("--ties", "Tie policy the weights were trained with.", "published", "whole-shell");
        var relations = Optional(
            "--relations", "Relation policy the weights were trained with; canonical for scratch and alignn without it, else duplicated.", "duplicated", "canonical");
        var neighbors = new Option<int>("--neighbors") { Description = "k of the graph.", DefaultValueFactory = _ => 12, HelpName = "k" };
        var cutoff = new Option<double>("--cutoff") { Description = "First cutoff, Å.", DefaultValueFactory = _ => 8, HelpName = "Å" };
        var images = new Option<int?>("--images")
        {
            Description = "Images in a band, 0 for a network that reads plain structures; 5 without it, or 0 where there are several outputs.",
            HelpName = "n",
        };
        var minimum = Target("--target-min", "Smallest training barrier, eV; of a network of properties the smallest value of each. Without it the published barrier.");
        var maximum = Target("--target-max", "The largest, likewise.");
        var command = new Command("import", "Turn a published state dict into a checkpoint folder.")
        {
            file, output, architecture, ties, relations, neighbors, cutoff, images, minimum, maximum,
        };
        command.SetAction(parsed =>
        {
            TorchRuntime.EnsureLoaded();
            GraphSettings Graph(AlignnVariant variant) => variant.PublishedGraph() with
            {
                Neighbors = parsed.GetValue(neighbors),
                Cutoff = parsed.GetValue(cutoff),
                Ties = parsed.GetValue(ties) == "published" ? TiePolicy.Published : TiePolicy.WholeShell,
                Relations = parsed.GetValue(relations) switch
                {
                    "canonical" => RelationPolicy.Canonical,
                    "duplicated" => RelationPolicy.Duplicated,
                    _ => variant.PublishedGraph().Relations,
                },
            };
            IReadOnlyList<TargetScaler> Scalers(CheckpointConfig config) => TargetRange.Scalers(config, parsed.GetValue(minimum) ?? [], parsed.GetValue(maximum) ?? []);
            try
            {
                var folder = parsed.GetValue(output)!;
                var variant = parsed.GetValue(architecture) is { } name ? AlignnVariants.Find(name) : null;
                var config = UpstreamImport.Run(parsed.GetValue(file)!, folder, Graph, parsed.GetValue(images), Scalers, variant);
                var sizes = config.Model;
                var reads = config.ImageCount == 0 ? $", {sizes.Outputs} outputs of plain structures" : sizes.Outputs > 1 ? $", {sizes.Outputs} outputs" : "";
                streams.Output.WriteLine(
                    $"{folder}: {config.Architecture}, ALIGNN {sizes.AlignnLayers}+{sizes.GcnLayers}, hidden {sizes.HiddenFeatures}, embedding {sizes.EmbeddingFeatures}{reads}");
                return ExitCode.Success;
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message.Split('\n')[0]);
            }
        });
        return command;
    }

    private static Option<string?> Optional(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<double[]?> Target(string name, string description) =>
        new(name) { Description = description, HelpName = "number", AllowMultipleArgumentsPerToken = true };
}
