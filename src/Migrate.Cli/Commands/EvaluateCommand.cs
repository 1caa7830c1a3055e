using System.CommandLine;
using Migrate.Crystals;
using Migrate.Evaluation;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate evaluate</c>: predicts a labelled set and scores the predictions.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Streams streams)
    {
        var paths = new Argument<string[]>("paths") { Description = "Labelled paths: JSON files.", Arity = ArgumentArity.OneOrMore };
        var threshold = new Option<double>("--threshold")
        {
            Description = "Barrier up to which an ion counts as a good conductor, eV.",
            DefaultValueFactory = _ => ClassificationEstimates.PaperThreshold,
            HelpName = "eV",
        };
        var training = new Option<string[]>("--training", "-t")
        {
            Description = "Labelled paths whose mean and median are the floor to be under; without it no floor is printed.",
            HelpName = "path",
        };
        var resamples = new Option<int>("--resamples") { Description = "Bootstrap resamples.", DefaultValueFactory = _ => 1000, HelpName = "n" };
        var seed = new Option<int>("--seed") { Description = "Seed of the bootstrap.", DefaultValueFactory = _ => 1, HelpName = "n" };
        var output = new Option<string[]>("--output", "-o") { Description = "Also write the predictions to FILE.csv or FILE.json.", HelpName = "file" };
        var json = new Option<bool>("--json") { Description = "Scores as JSON on standard output." };
        var model = new ModelOptions();
        var command = new Command("evaluate", "Score predictions on a labelled set.")
        {
            paths, threshold, training, resamples, seed, output, json,
        };
        model.AddTo(command);
        command.Add(model.Potential);
        command.SetAction((parsed, cancel) =>
        {
            var limit = parsed.GetValue(threshold);
            if (!double.IsFinite(limit) || parsed.GetValue(resamples) < 2)
            {
                throw new UsageException("--threshold must be a finite number of eV and --resamples at least 2");
            }

            var given = PredictCommand.RefuseOptions(parsed.GetValue(paths)!);
            using var loaded = model.Load(parsed, streams);
            loaded.RequireBarriers("evaluate");
            using var bands = model.Bands(parsed, loaded, streams);
            var options = new PathReadOptions { ImageCount = loaded.Files.Config.ImageCount };
            using var scored = new ScoredPredictions(streams);
            using var sinks = PredictionSinks.Open(
                scored, parsed.GetValue(output) ?? [], streams, loaded, limit);
            var results = PathReader.ReadMany(given, options).Select(ScoredPredictions.RequireLabel);
            var (_, failed) = new PredictionRun(loaded, limit, bands).Over(results, sinks.All, cancel);
            sinks.Complete();
            if (scored.Expected.Count == 0)
            {
                throw new InvalidInputException("no labelled path could be predicted, so there is nothing to score");
            }

            var report = EvaluationReport.Create(
                loaded.Files.Name,
                scored.Expected,
                scored.Predicted,
                scored.Groups,
                Labels(parsed.GetValue(training) ?? [], options),
                limit,
                new Bootstrap { Resamples = parsed.GetValue(resamples), Seed = parsed.GetValue(seed) });
            streams.Output.WriteLine(parsed.GetValue(json) ? report.ToJson() : report.ToText());
            return Task.FromResult(failed == 0 ? ExitCode.Success : ExitCode.SomeFailed);
        });
        return command;
    }

    private static List<double>? Labels(string[] paths, PathReadOptions options) => paths.Length == 0
        ? null
        : [.. PathReader.ReadMany(paths, options).Select(r => r.Entry?.Barrier).OfType<double>()];
}
