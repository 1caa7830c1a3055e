using System.CommandLine;
using Migrate.Crystals;
using Migrate.Evaluation;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate report</c>: one page of tables and pictures about the results of protocol runs.</summary>
internal static class ReportCommand
{
    public static Command Create(Streams streams)
    {
        var folders = new Argument<string[]>("runs")
        {
            Description = "Result folders with row.json and predictions.csv; the others are compared with the first.",
            Arity = ArgumentArity.OneOrMore,
        };
        var reference = new Option<string?>("--reference", "-r")
        {
            Description = "Published predictions to set beside them: CSV with split, sys_name, em_ev and a column for each model.",
            HelpName = "file",
        };
        var output = new Option<string>("--output", "-o") { Description = "The page to write, HTML.", HelpName = "file", Required = true };
        var resamples = new Option<int>("--resamples") { Description = "Bootstrap resamples.", DefaultValueFactory = _ => 1000, HelpName = "n" };
        var seed = new Option<int>("--seed") { Description = "Seed of the bootstrap.", DefaultValueFactory = _ => 1, HelpName = "n" };
        var command = new Command("report", "Write a page of tables and pictures about protocol runs.") { folders, reference, output, resamples, seed };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(resamples) < 2)
            {
                throw new UsageException("--resamples must be at least 2");
            }

            var bootstrap = new Bootstrap { Resamples = parsed.GetValue(resamples), Seed = parsed.GetValue(seed) };
            var page = parsed.GetRequiredValue(output);
            try
            {
                var runs = Read(parsed.GetRequiredValue(folders));
                var published = parsed.GetValue(reference) is { } file ? ReferencePredictions.Read(file, Known(runs)) : null;
                ProtocolReport.Write(page, runs, published, bootstrap);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidInputException(e.Message);
            }

            if (!ProtocolReport.HasFont)
            {
                streams.Note("migrate: this machine has no font, so the pictures have no words; install one (Debian: fonts-dejavu-core) and run again");
            }

            streams.Output.WriteLine(page);
            return ExitCode.Success;
        });
        return command;
    }

    private static List<ResultRun> Read(string[] folders)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        var runs = new List<ResultRun>();
        foreach (var folder in folders)
        {
            var run = ResultRun.Read(folder);
            if (!titles.TryAdd(run.Info.Title, folder))
            {
                throw new InvalidInputException(
                    $"the title \"{run.Info.Title}\" is also that of {titles[run.Info.Title]}; titles must differ", Path.Combine(folder, RowInfo.FileName));
            }

            runs.Add(run);
        }

        return runs;
    }

    private static Dictionary<string, PathPrediction> Known(List<ResultRun> runs) => PathPrediction.Mean(runs.SelectMany(run => run.Set.Rows))
        .ToDictionary(path => path.Name, StringComparer.Ordinal);
}
