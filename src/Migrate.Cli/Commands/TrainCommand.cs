using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Native;
using Migrate.Training;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate train</c>: trains from a configuration file, and goes on where a killed run stopped.</summary>
internal static class TrainCommand
{
    public static Command Create(Streams streams)
    {
        var config = new Option<string?>("--config", "-c")
        {
            Description = "Configuration (JSON with comments), or the name of a published one, as model3-published; of rfr and gbr a row of one's own instead of the committed one.",
            HelpName = "file",
        };
        var model = ModelOptions.Choice("--model", "What to train: a network, a random forest or gradient boosting over descriptors.", "network", "rfr", "gbr");
        var seed = new Option<int?>("--seed") { Description = "Seed of rfr and gbr, instead of the row's; a network has its own in the configuration.", HelpName = "n" };
        var run = new Option<string>("--run", "-r") { Description = "Run folder; an unfinished run in it is resumed.", Required = true, HelpName = "folder" };
        var data = new Option<string[]>("--data", "-d") { Description = "Data instead of the configuration's.", HelpName = "path" };
        var fold = new Option<int?>("--fold")
        {
            Description = "Validate on this fold of the grouped k-fold split, whatever the configuration says.",
            HelpName = "n",
        };
        var policy = ModelOptions.Policy();
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the training paths, whatever the configuration says.", HelpName = "n" };
        var batch = new Option<int?>("--batch-size") { Description = "Paths per step, whatever the configuration says.", HelpName = "n" };
        var device = ModelOptions.Choice("--device", "Device to train on.", "auto", "cpu", "cuda");
        var backend = ModelOptions.Choice("--backend", "Kernels of the convolutions, whatever the configuration says.", "auto", "cpu", "cuda", "torch");
        var command = new Command("train", "Train a network, or trees over descriptors, on labelled paths.") { config, model, seed, run, data, policy, epochs, batch, fold, device, backend };
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(model) is not "network" and { } row)
            {
                if (parsed.GetValue(policy) == "published" || parsed.GetValue(epochs) is not null || parsed.GetValue(batch) is not null || parsed.GetValue(fold) is not null)
                {
                    throw new UsageException($"--policy, --epochs, --batch-size and --fold belong to networks, not to --model {row}; folds of {row}: migrate reproduce {row}");
                }

                return Task.FromResult(TreeTraining.Run(
                    streams, parsed.GetValue(config) ?? row, parsed.GetValue(data) ?? [], parsed.GetValue(run)!, parsed.GetValue(seed)));
            }

            var options = TrainingConfig.Read(parsed.GetValue(config) ?? throw new UsageException("option --config is required for a network"));
            options = parsed.GetValue(policy) == "published" ? PublishedPolicy.Apply(options) : options;
            options = options with { Epochs = parsed.GetValue(epochs) ?? options.Epochs, BatchSize = parsed.GetValue(batch) ?? options.BatchSize };
            if (parsed.GetValue(data) is { Length: > 0 } instead)
            {
                options = options with { Data = instead };
            }

            if (parsed.GetValue(fold) is { } number)
            {
                options = options with
                {
                    Validation = options.Validation with { Strategy = ValidationStrategy.GroupedFold, Fold = number },
                };
            }

            if (parsed.GetValue(backend) is not "auto" and { } kernels)
            {
                options = options with { Backend = Enum.Parse<TrainingBackend>(kernels, ignoreCase: true) };
            }

            return Task.FromResult(Run(streams, options, parsed.GetValue(run)!, parsed.GetValue(device)!, cancel));
        });
        return command;
    }

    /// <summary>Trains with options that are complete, and reports.</summary>
    internal static int Run(Streams streams, TrainingOptions options, string folder, string device, CancellationToken cancel)
    {
        if (options.Data.Count == 0)
        {
            throw new UsageException("no data: name files or folders under `data` in the configuration, or give --data");
        }

        MemoryAllocator.KeepFreedMemory();
        if (options.Backend == TrainingBackend.Cuda)
        {
            ModelOptions.RequireGpu();
            device = device == "auto" ? "cuda" : device;
        }

        var place = TorchRuntime.SelectDevice(device, out var reason);
        using var paths = PathStore.Read(options.Data, options.ImageCount);
        foreach (var error in paths.Errors)
        {
            streams.Note($"left out: {error.Message}");
        }

        if (paths.Count == 0)
        {
            throw new InvalidInputException("the data hold no labelled path that can be used");
        }

        var run = new RunFolder(folder);
        var trainer = CreateTrainer(options, paths, run, place);
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{trainer.Split.Training.Count} training and {trainer.Split.Validation.Count} validation paths; {place.type} ({reason}); "
            + $"predicting the median: validation MAE {trainer.MedianFloor:f3} eV"));
        var done = run.PeekProgress()?.Epoch ?? 0;
        if (done > 0)
        {
            streams.Note($"resuming after epoch {done} of {options.Epochs}");
        }

        var progress = new EpochProgress(streams, options.Epochs, done);
        var records = trainer.Run(record => Report(run, progress, record), cancel);
        LossCurve.Draw(run, run.ReadMetrics(), trainer.MedianFloor);
        var best = records.Where(r => double.IsFinite(r.ValidationMae)).MinBy(r => r.ValidationMae);
        streams.Output.WriteLine(best is null
            ? $"{run.BestFolder}: after epoch {records[^1].Epoch}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{run.BestFolder}: epoch {best.Epoch}, validation MAE {best.ValidationMae:f3} eV, R² {best.ValidationR2:f3} (predicting the median: {trainer.MedianFloor:f3} eV)"));
        return paths.Errors.Count > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static Trainer CreateTrainer(TrainingOptions options, PathStore paths, RunFolder run, TorchSharp.torch.Device place)
    {
        try
        {
            return new Trainer(options, paths, run, place);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0]);
        }
    }

    private static void Report(RunFolder run, EpochProgress progress, EpochRecord record)
    {
        progress.Show(record);
        if (record.Epoch % 10 == 0)
        {
            LossCurve.Draw(run, run.ReadMetrics(), double.NaN);
        }
    }
}
