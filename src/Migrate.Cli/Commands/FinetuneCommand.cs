using System.CommandLine;
using Migrate.Crystals;
using Migrate.Models;
using Migrate.Training;
using Migrate.Training.Protocol;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate finetune</c>: trains a barrier model from a pre-trained one; sizes and graphs are those of the pre-training.</summary>
internal static class FinetuneCommand
{
    // Its training is the default: what the results table calls MODEL-3, pre-trained.
    private const string DefaultRow = "model3-pretrained";

    public static Command Create(Streams streams)
    {
        var model = ModelOptions.Choice("--model", "Which of the published networks.", [.. AlignnVariants.Names]);
        var from = new Option<string>("--from")
        {
            Description = "Pre-trained network: a run folder of `migrate pretrain`, or a checkpoint folder.",
            Required = true,
            HelpName = "folder",
        };
        var run = new Option<string>("--run", "-r") { Description = "Run folder; an unfinished run in it is resumed.", Required = true, HelpName = "folder" };
        var data = new Option<string[]>("--data", "-d") { Description = "Labelled paths instead of the configuration's.", HelpName = "path" };
        var config = new Option<string?>("--config", "-c") { Description = "Configuration of the training, or the name of a published one, as model4-published; without it that of the results table.", HelpName = "file" };
        var strategy = ModelOptions.Choice(
            "--strategy", "Which weights train.", [.. Enum.GetNames<FineTuningStrategy>().Select(Kebab)]);
        var head = new Option<int>("--head") { Description = "Output whose head is taken over with --strategy last-layer or kept-head, from 0.", HelpName = "n" };
        var policy = ModelOptions.Policy();
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the training paths, whatever the configuration says.", HelpName = "n" };
        var fold = new Option<int?>("--fold") { Description = "Validate on this fold of the grouped k-fold split.", HelpName = "n" };
        var device = ModelOptions.Choice("--device", "Device to train on.", "auto", "cpu", "cuda");
        var command = new Command("finetune", "Train a barrier model from a pre-trained network.") { model, from, run, data, config, strategy, head, policy, epochs, fold, device };
        command.SetAction((parsed, cancel) =>
        {
            var source = Checkpoint(parsed.GetValue(from)!);
            var pretrained = CheckpointFiles.Read(source).Config;
            var options = parsed.GetValue(config) is { } file ? TrainingConfig.Read(file) : RowConfigs.Read(DefaultRow).Training;
            var variant = AlignnVariants.Find(parsed.GetValue(model)!)!.Value;
            // Of the policy's settings all but the sizes of the trunk, which are those of the weights it starts from.
            var published = parsed.GetValue(policy) == "published" || options.Policy == TrainingPolicy.Published;
            if (parsed.GetValue(policy) == "published")
            {
                options = PublishedPolicy.Apply(options with { Model = options.Model with { Variant = variant } });
            }

            // The readout over the images is for the one network that sees all of them and averages.
            var readout = variant == AlignnVariant.Model3 ? options.Model.Readout : Readout.AllAtoms;
            options = options with
            {
                Model = pretrained.Model with { Variant = variant, Outputs = 1, Readout = readout },
                Graph = published ? options.Graph : pretrained.Graph,
                Epochs = parsed.GetValue(epochs) ?? options.Epochs,
                Data = parsed.GetValue(data) is { Length: > 0 } given ? given : options.Data,
                FineTuning = new FineTuningOptions
                {
                    From = source,
                    Strategy = Enum.GetValues<FineTuningStrategy>().Single(s => Kebab(s.ToString()) == parsed.GetValue(strategy)),
                    Head = parsed.GetValue(head),
                },
                Validation = parsed.GetValue(fold) is { } number
                    ? options.Validation with { Strategy = ValidationStrategy.GroupedFold, Fold = number }
                    : parsed.GetValue(config) is null && !published ? options.Validation with { Strategy = ValidationStrategy.None } : options.Validation,
            };
            return Task.FromResult(TrainCommand.Run(streams, options, parsed.GetValue(run)!, parsed.GetValue(device)!, cancel));
        });
        return command;
    }

    // The checkpoint of a finished run, or the folder itself.
    private static string Checkpoint(string folder)
    {
        var best = new RunFolder(folder).BestFolder;
        return Directory.Exists(best) ? best
            : new RunFolder(folder).LatestState is not null ? throw new InvalidInputException("the pre-training in it has not ended; run it on", folder)
            : Path.GetFullPath(folder);
    }

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : $"{c}"));
}
