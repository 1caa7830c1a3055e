using System.Globalization;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Training;
using Migrate.Training.Protocol;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate train --model rfr|gbr</c>: fits trees over descriptors to labelled paths and writes them into a run folder.</summary>
internal static class TreeTraining
{
    // Importances in the report.
    private const int Shown = 15;

    public static int Run(Streams streams, string rowOrFile, string[] data, string folder, int? seed)
    {
        if (data.Length == 0)
        {
            throw new UsageException("no data: give --data");
        }

        var row = RowConfigs.Read(rowOrFile);
        if (row.Kind != RowKind.Trees)
        {
            throw new InvalidInputException($"row {row.Row} is of the kind {row.Kind}; rfr and gbr are of the kind Trees", rowOrFile);
        }

        using var paths = PathStore.Read(data, row.Training.ImageCount);
        foreach (var error in paths.Errors)
        {
            streams.Note($"left out: {error.Message}");
        }

        if (paths.Count == 0)
        {
            throw new InvalidInputException("the data hold no labelled path that can be used");
        }

        if (TreeLearner.Lacking is { } lacking)
        {
            streams.Note(lacking);
        }

        var learner = new TreeLearner(row.Trees, paths);
        streams.Note($"{paths.Count} training paths; {learner.Size}");
        var model = learner.Fit([.. Enumerable.Range(0, paths.Count)], seed ?? row.Seeds[0]);
        var best = new RunFolder(folder).BestFolder;
        model.Save(best);
        var table = new TextTable("descriptor", "correlation", "importance / eV");
        string Text(double value) => value.ToString("f3", CultureInfo.InvariantCulture);
        foreach (var d in model.Info.Descriptors.OrderByDescending(d => d.Importance).Take(Shown))
        {
            table.Add(d.Name, Text(d.Correlation), Text(d.Importance));
        }

        streams.Output.WriteLine(table.ToText());
        streams.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{best}: {model.Info.Descriptors.Count} descriptors, no two correlated above {model.Info.Threshold:f2}; {row.Trees.InnerFolds}-fold MAE {model.Info.InnerMae:f3} eV"));
        return paths.Errors.Count > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }
}
