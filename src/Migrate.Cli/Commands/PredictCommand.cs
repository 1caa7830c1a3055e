using System.CommandLine;
using Migrate.Crystals;
using Migrate.Evaluation;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate predict</c>: barriers of bands, pairs, folders and libraries, or properties of structures.</summary>
internal static class PredictCommand
{
    public static Command Create(Streams streams)
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Bands, folders, globs or JSON libraries; a folder with initial.* and final.* (or 00, 01, …) is one path. Any structures with a model of bulk properties.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var initial = new Option<string?>("--initial") { Description = "Initial configuration of one path.", HelpName = "file" };
        var final = new Option<string?>("--final") { Description = "Final configuration of that path.", HelpName = "file" };
        var threshold = new Option<double>("--threshold")
        {
            Description = "Barrier up to which an ion counts as a good conductor, eV.",
            DefaultValueFactory = _ => ClassificationEstimates.PaperThreshold,
            HelpName = "eV",
        };
        var output = new Option<string[]>("--output", "-o") { Description = "Also write FILE.csv or FILE.json.", HelpName = "file" };
        var json = new Option<bool>("--json") { Description = "JSON on standard output instead of the table." };
        var model = new ModelOptions();
        var command = new Command("predict", "Predict migration barriers, or with a model of bulk properties those.") { paths, initial, final, threshold, output, json };
        model.AddTo(command);
        command.Add(model.Potential);
        command.SetAction((parsed, cancel) =>
        {
            var limit = parsed.GetValue(threshold);
            if (!double.IsFinite(limit))
            {
                throw new UsageException("--threshold must be a finite number of eV");
            }

            var given = RefuseOptions(parsed.GetValue(paths)!);
            using var loaded = model.Load(parsed, streams);
            using var bands = model.Bands(parsed, loaded, streams);
            var ends = (parsed.GetValue(initial), parsed.GetValue(final));
            IPredictionSink first = parsed.GetValue(json) ? new PredictionJson(null, streams.Output, loaded, limit)
                : loaded.Files.Config.PredictsBarrier ? new PredictionTable(streams, limit)
                : new PropertyPredictionTable(streams, loaded.Files.Networks[0]);
            using var sinks = PredictionSinks.Open(first, parsed.GetValue(output) ?? [], streams, loaded, limit);
            var run = new PredictionRun(loaded, limit, bands);
            var (predicted, failed) = loaded.Files.Config.ImageCount == 0
                ? run.Over(ReadStructures(given, ends), sinks.All, cancel)
                : run.Over(Read(given, ends, new PathReadOptions { ImageCount = loaded.Files.Config.ImageCount }), sinks.All, cancel);
            sinks.Complete();
            return Task.FromResult(Finish(streams, predicted, failed));
        });
        return command;
    }

    // An option that does not exist looks like one more path to the parser.
    internal static string[] RefuseOptions(string[] paths) => Array.Find(paths, p => p.StartsWith('-') && !Path.Exists(p)) is { } option
        ? throw new UsageException($"unknown option {option}; see --help")
        : paths;

    private static IEnumerable<StructureResult> ReadStructures(string[] paths, (string? Initial, string? Final) ends) => ends switch
    {
        (null, null) when paths.Length > 0 => StructureLibrary.ReadMany(paths),
        (null, null) => throw new UsageException("nothing to predict: give files, folders or globs"),
        _ => throw new UsageException("--initial and --final are the ends of a path; this model predicts properties of structures, give their files"),
    };

    private static IEnumerable<PathResult> Read(string[] paths, (string? Initial, string? Final) ends, PathReadOptions options) => ends switch
    {
        (null, null) when paths.Length > 0 => PathReader.ReadMany(paths, options),
        ({ } from, { } to) when paths.Length == 0 => [PathReader.ReadPair(from, to, options)],
        (null, null) => throw new UsageException("nothing to predict: give files, folders or globs, or --initial and --final"),
        _ => throw new UsageException("--initial and --final go together, and without other paths"),
    };

    private static int Finish(Streams streams, long predicted, long failed)
    {
        if (failed > 0)
        {
            streams.Note($"{predicted} predicted, {failed} failed");
        }

        return failed == 0 ? ExitCode.Success : predicted > 0 ? ExitCode.SomeFailed : ExitCode.BadInput;
    }
}
