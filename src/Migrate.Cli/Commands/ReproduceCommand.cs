using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Native;
using Migrate.Training;
using Migrate.Training.Protocol;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate reproduce</c>: runs rows of the results table from their configuration files, and opens the test paths for the final table.</summary>
internal static class ReproduceCommand
{
    public static Command Create(Streams streams)
    {
        var rows = new Argument<string[]>("row") { Description = "Rows by name, or configuration files of one's own.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "Name every row with its title and committed score." };
        var data = new Option<string>("--data", "-d")
        {
            Description = "Folder with migration-barriers/ and bulk-properties/.",
            DefaultValueFactory = _ => Path.Combine("..", "shared", "data"),
            HelpName = "folder",
        };
        var runs = new Option<string>("--runs", "-r") { Description = "Folder of the runs; what is finished there is used.", DefaultValueFactory = _ => "runs", HelpName = "folder" };
        var final = new Option<bool>("--final")
        {
            Description = "Open the test paths: train the rows (without names: all that were cross-validated) on every training path, predict the test paths, and write final.md with date and commit.",
        };
        var export = new Option<bool>("--export") { Description = "Train ensemble rows on every training path and write them as model folders; the test paths stay closed." };
        var fold = new Option<int[]>("--fold")
        {
            Description = "Run only this fold (may be given several times); a later call without it collects all. For several machines or processes.",
            HelpName = "n",
        };
        var groups = ModelOptions.Choice(
            "--groups", "What folds keep together: all paths through a framework, or (as ROW-by-structure) only those of one structure.", "framework", "structure");
        var deals = new Option<int[]>("--fold-seed")
        {
            Description = "Deal the folds out by this seed instead of the row's (as ROW-folds-N); several: one after the other, and how the scores scatter.",
            HelpName = "n",
            AllowMultipleArgumentsPerToken = true,
        };
        var policy = ModelOptions.Policy();
        var device = ModelOptions.Choice("--device", "Device to train on.", "auto", "cpu", "cuda");
        var command = new Command("reproduce", "Run rows of the results table.") { rows, list, data, runs, final, export, groups, policy, fold, deals, device };
        command.SetAction((parsed, cancel) =>
        {
            var names = parsed.GetValue(rows) ?? [];
            if (parsed.GetValue(list))
            {
                streams.Output.WriteLine(List().ToText());
                return Task.FromResult(ExitCode.Success);
            }

            if (parsed.GetValue(export) && parsed.GetValue(final))
            {
                throw new UsageException("--export and --final exclude each other");
            }

            if (names.Length == 0 && !parsed.GetValue(final))
            {
                throw new UsageException("name a row, or give --list or --final");
            }

            // Names first: a mistyped one needs no data to be told.
            var options = names.Select(RowConfigs.Read).Select(row => parsed.GetValue(policy) == "published" ? PublishedPolicy.Apply(row) : row)
                .Select(row => row.GroupedBy(parsed.GetValue(groups) == "structure" ? FoldGroups.Structure : row.Groups)).ToList();
            var seeds = (parsed.GetValue(deals) ?? []).Distinct().ToList();
            if (seeds.Count > 0 && (parsed.GetValue(export) || parsed.GetValue(final)))
            {
                throw new UsageException("--fold-seed is for cross-validation; --export and --final take the folds of the row");
            }

            MemoryAllocator.KeepFreedMemory();
            var place = TorchRuntime.SelectDevice(parsed.GetValue(device)!, out _);
            var folder = Path.GetFullPath(parsed.GetValue(runs)!);
            var places = ReproductionData.Below(Path.GetFullPath(parsed.GetValue(data)!));
            NebTable Bands(string potential) => ReproductionBands.Table(Path.Combine(places.Potentials, potential), folder, place, streams);
            var reproduction = new Reproduction(places, folder, place, streams.Note, SourceCommit.Current, Bands);
            if (parsed.GetValue(export))
            {
                options.ForEach(row => streams.Output.WriteLine(reproduction.Export(row, cancel)));
                return Task.FromResult(ExitCode.Success);
            }

            return Task.FromResult(parsed.GetValue(final)
                ? Final(streams, reproduction, options, folder, cancel)
                : CrossValidate(streams, reproduction, options, seeds, parsed.GetValue(fold) ?? [], cancel));
        });
        return command;
    }

    private static int CrossValidate(
        Streams streams, Reproduction reproduction, List<RowOptions> options, List<int> deals, int[] folds, CancellationToken cancel)
    {
        var within = true;
        foreach (var named in options)
        {
            if (folds.FirstOrDefault(f => f < 0 || f >= named.Folds, -1) is var wrong and not -1)
            {
                throw new UsageException($"--fold {wrong}: {named.Row} has folds 0 to {named.Folds - 1}");
            }

            List<RegressionMetrics> scores = [];
            foreach (var row in deals.Count == 0 ? [named] : deals.Select(named.DealtBy))
            {
                scores.Add(Headline(reproduction.CrossValidate(row, folds.Length == 0 ? null : folds, cancel), PredictionSplit.CrossValidation));
                if (folds.Length == 0)
                {
                    var (line, fits) = Score(row, scores[^1], reproduction.FolderOf(row));
                    streams.Output.WriteLine(line);
                    within &= fits;
                }
            }

            if (folds.Length == 0 && scores.Count > 1)
            {
                streams.Output.WriteLine(Scatter(named.Row, scores));
            }
        }

        return within ? ExitCode.Success : ExitCode.SomeFailed;
    }

    private static (string Line, bool Fits) Score(RowOptions row, RegressionMetrics metrics, string folder)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{row.Row}: cross-validation MAE {metrics.Mae:f4} eV, R² {metrics.R2:f3} ({folder})");
        if (row.Reference is not { } reference)
        {
            return (line, true);
        }

        var fits = Math.Abs(metrics.Mae - reference.Mae) <= reference.Tolerance;
        return (
            line + string.Create(
                CultureInfo.InvariantCulture, $"; committed {reference.Mae:f4} ± {reference.Tolerance:f4} eV: {(fits ? "reproduced" : "not reproduced")}"),
            fits);
    }

    // Mean and standard deviation over the deals. Predictions are not averaged over them: other folds leave other paths out.
    private static string Scatter(string row, List<RegressionMetrics> scores)
    {
        (double Mean, double Deviation) Moments(Func<RegressionMetrics, double> of)
        {
            var mean = scores.Average(of);
            return (mean, Math.Sqrt(scores.Sum(score => Math.Pow(of(score) - mean, 2)) / (scores.Count - 1)));
        }

        var (mae, r2) = (Moments(score => score.Mae), Moments(score => score.R2));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row}: over {scores.Count} deals of the folds MAE {mae.Mean:f4} ± {mae.Deviation:f4} eV, R² {r2.Mean:f3} ± {r2.Deviation:f3} (mean and standard deviation)");
    }

    private static int Final(Streams streams, Reproduction reproduction, List<RowOptions> named, string folder, CancellationToken cancel)
    {
        var rows = named.Count > 0 ? named : RowConfigs.Names.Select(RowConfigs.Read).ToList();
        if (named.Count == 0)
        {
            rows.RemoveAll(row => !File.Exists(Path.Combine(reproduction.FolderOf(row), PredictionSet.FileName)));
        }

        if (rows.Count == 0)
        {
            throw new InvalidInputException("no row has been cross-validated there; run `migrate reproduce ROW` first", folder);
        }

        var table = new TextTable("row", "CV MAE", "CV R²", "test MAE", "test R²", "accuracy at 0.65 eV");
        foreach (var row in rows)
        {
            var predictions = reproduction.Final(row, cancel);
            var cv = Headline(predictions, PredictionSplit.CrossValidation);
            var (expected, predicted) = MeanOverSeeds(predictions, PredictionSplit.Test);
            var bootstrap = RegressionEstimates.Compute(expected, predicted, new Bootstrap());
            var classes = ClassificationEstimates.Compute(expected, predicted);
            string Text(double value) => value.ToString("f3", CultureInfo.InvariantCulture);
            table.Add(
                row.Row, Text(cv.Mae), Text(cv.R2), $"{bootstrap.Mae}", $"{bootstrap.R2}", classes.Accuracy.ToPercent());
        }

        var head = string.Create(
            CultureInfo.InvariantCulture, $"Test paths predicted on {DateTime.UtcNow:yyyy-MM-dd} by commit {SourceCommit.Current}\n\n");
        RunFolder.WriteAtomically(Path.Combine(folder, "final.md"), head + table.ToMarkdown() + "\n");
        streams.Output.WriteLine(head + table.ToText());
        return ExitCode.Success;
    }

    private static TextTable List()
    {
        var table = new TextTable("row", "title", "CV MAE", "CV R²");
        foreach (var row in RowConfigs.Names.Select(RowConfigs.Read))
        {
            string Text(double? value) => value?.ToString("f3", CultureInfo.InvariantCulture) ?? "not run";
            table.Add(row.Row, row.Title, Text(row.Reference?.Mae), Text(row.Reference?.R2));
        }

        return table;
    }

    private static RegressionMetrics Headline(IReadOnlyList<PredictionRow> rows, PredictionSplit split)
    {
        var (expected, predicted) = MeanOverSeeds(rows, split);
        return RegressionMetrics.Compute(expected, predicted);
    }

    private static (double[] Expected, double[] Predicted) MeanOverSeeds(IReadOnlyList<PredictionRow> rows, PredictionSplit split)
    {
        var paths = rows.Where(r => r.Split == split).GroupBy(r => r.Name, StringComparer.Ordinal).ToList();
        return ([.. paths.Select(p => p.First().Expected)], [.. paths.Select(p => p.Average(r => r.Predicted))]);
    }
}
