using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Native;
using Migrate.Training;
using Migrate.Training.Pretraining;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate pretrain</c>: trains one network on several bulk properties, and goes on where a killed run stopped.</summary>
internal static class PretrainCommand
{
    public static Command Create(Streams streams)
    {
        var config = new Option<string>("--config", "-c") { Description = "Configuration (JSON with comments), or pretrain-compact or pretrain-published.", Required = true, HelpName = "file" };
        var run = new Option<string>("--run", "-r") { Description = "Run folder; an unfinished run in it is resumed.", Required = true, HelpName = "folder" };
        var data = new Option<string?>("--data", "-d") { Description = "Folder with the property files, instead of the configuration's.", HelpName = "folder" };
        var policy = ModelOptions.Policy();
        var device = ModelOptions.Choice("--device", "Device to train on.", "auto", "cpu", "cuda");
        var backend = ModelOptions.Choice("--backend", "Kernels of the convolutions, whatever the configuration says.", "auto", "cpu", "cuda", "torch");
        var command = new Command("pretrain", "Train a network on several properties of bulk crystals.") { config, run, data, policy, device, backend };
        command.SetAction((parsed, cancel) =>
        {
            var options = PretrainingConfig.Read(parsed.GetValue(config)!);
            options = parsed.GetValue(policy) == "published" ? PublishedPolicy.Apply(options) : options;
            options = parsed.GetValue(data) is { } folder ? options with { Data = Path.GetFullPath(folder) } : options;
            if (parsed.GetValue(backend) is not "auto" and { } kernels)
            {
                options = options with { Backend = Enum.Parse<TrainingBackend>(kernels, ignoreCase: true) };
            }

            return Task.FromResult(Run(streams, options, parsed.GetValue(run)!, parsed.GetValue(device)!, cancel));
        });
        return command;
    }

    private static int Run(Streams streams, PretrainingOptions options, string folder, string device, CancellationToken cancel)
    {
        MemoryAllocator.KeepFreedMemory();
        if (options.Backend == TrainingBackend.Cuda)
        {
            ModelOptions.RequireGpu();
            device = device == "auto" ? "cuda" : device;
        }

        var place = TorchRuntime.SelectDevice(device, out var reason);
        var table = PropertyTable.Read(options);
        foreach (var error in table.Errors)
        {
            streams.Note($"left out: {error.Message}");
        }

        var run = new RunFolder(folder);
        var pretrainer = Create(options, table, run, place);
        streams.Note($"{pretrainer.Counts.Training} training and {pretrainer.Counts.HeldOut} held-out structures; {place.type} ({reason})");
        if (run.PeekProgress() is { Epoch: > 0 } progress)
        {
            streams.Note($"resuming after epoch {progress.Epoch} of {options.Epochs}");
        }

        var scores = pretrainer.Run(epoch => Report(streams, options, epoch), cancel);
        var rows = Table(scores);
        RunFolder.WriteAtomically(Path.Combine(run.Root, "properties.csv"), rows.ToCsv());
        streams.Output.WriteLine(rows.ToText());
        return table.Errors.Count > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static Pretrainer Create(PretrainingOptions options, PropertyTable table, RunFolder run, TorchSharp.torch.Device place)
    {
        try
        {
            return new Pretrainer(options, table, run, place);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0]);
        }
    }

    private static void Report(Streams streams, PretrainingOptions options, PretrainingEpoch epoch)
    {
        var scores = string.Join("  ", epoch.Scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Metrics.Mae:g3}")));
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch,4}/{options.Epochs}  loss {epoch.TrainingLoss:f4}  held-out MAE: {scores}  {epoch.Seconds:f0} s"));
    }

    private static TextTable Table(IReadOnlyList<PropertyScore> scores)
    {
        var table = new TextTable("property", "unit", "training", "held out", "R²", "MAE", "MAE of the training mean", "ratio");
        foreach (var s in scores)
        {
            string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
            table.Add(
                s.Name, s.Unit, $"{s.Training}", $"{s.Metrics.Count}", Text(s.Metrics.R2, "f3"), Text(s.Metrics.Mae, "g4"),
                Text(s.FloorMae, "g4"), Text(s.FloorMae / s.Metrics.Mae, "f2"));
        }

        return table;
    }
}
