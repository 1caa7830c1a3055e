using System.Diagnostics;
using Migrate.Baselines;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Models;
using Migrate.Training.Pretraining;
using static TorchSharp.torch;

namespace Migrate.Training.Protocol;

/// <summary>
/// Runs rows of the results table. Whatever was finished below the runs folder is used again; what was begun goes on.
/// <code>
/// pretrain-compact/              a pre-training, shared by the rows that start from it
/// model3-pretrained/             a row: row.json, predictions.csv, and a folder per fit
/// </code>
/// </summary>
/// <param name="data">Where the published data lie.</param>
/// <param name="runs">Folder of the runs.</param>
/// <param name="device">Device of the networks.</param>
/// <param name="note">Told what happens.</param>
/// <param name="commit">Commit of the program, for the table.</param>
/// <param name="bands">Relaxed bands by the name of a potential.</param>
public sealed class Reproduction(
    ReproductionData data, string runs, Device device, Action<string> note, string commit, Func<string, NebTable> bands)
{
    /// <summary>Cross-validates a row inside the training paths and writes its result folder.</summary>
    /// <param name="row">The row.</param>
    /// <param name="only">Folds to run, or null for all. With some alone nothing is written but their fits: a later call collects them.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>The result folder's predictions.</returns>
    /// <exception cref="InvalidInputException">Data are missing or broken.</exception>
    public IReadOnlyList<PredictionRow> CrossValidate(RowOptions row, IReadOnlyList<int>? only, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(row);
        var clock = Stopwatch.StartNew();
        using var paths = Read([data.TrainingPaths], row);
        var learner = Learner(row, paths, cancel);
        var protocol = new CrossValidation(paths, row.Folds, row.FoldSeed, row.Groups);
        var folder = FolderOf(row);
        List<ProtocolRow> rows =
        [
            .. protocol.Run(learner, row.Seeds, folder, (seed, fold, m) => note(FormattableString.Invariant(
                $"{row.Row}: seed {seed}, fold {fold}: MAE {m.Mae:f3} eV, R² {m.R2:f3}")), only, cancel),
        ];
        if (only is not null)
        {
            return [.. rows.Select(r => r.Row)];
        }

        if (row.Curve.Count > 0)
        {
            rows.AddRange(protocol.LearningCurve(learner, row.Curve, row.Seeds, folder, cancel));
        }

        return Write(row, learner, rows, paths.Count, clock.Elapsed.TotalSeconds);
    }

    /// <summary>
    /// Trains an ensemble, or a row that learns from relaxed bands, on every training path and makes a model folder of it, with intervals from its
    /// cross-validation. The test paths stay closed.
    /// </summary>
    /// <param name="row">A row of the kind <see cref="RowKind.Ensemble"/>, or with a <see cref="RowOptions.Potential"/>.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>The model folder.</returns>
    /// <exception cref="InvalidInputException">Data are missing or broken, or the row is no ensemble.</exception>
    public string Export(RowOptions row, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Kind != RowKind.Ensemble && row.Potential.Length == 0)
        {
            throw new InvalidInputException($"row {row.Row} is no ensemble; of others the checkpoint of a fit is the model");
        }

        using var training = Read([data.TrainingPaths], row);
        var (folder, learner) = (FolderOf(row), Learner(row, training, cancel));
        int[] members = [.. Enumerable.Range(0, training.Count)];
        learner.FitAndPredict(members, members[..1], row.Seeds[0], FinalFit(folder, row.Seeds[0]), cancel);
        var outOfFold = new CrossValidation(training, row.Folds, row.FoldSeed, row.Groups).Run(learner, row.Seeds, folder, null, null, cancel);
        return row.Potential.Length > 0
            ? NebExport.Write(row, folder, DescriptorFit(row, FinalFit(folder, row.Seeds[0])), training, outOfFold, bands(row.Potential), cancel)
            : EnsembleExport.Write(row, folder, FinalFit(folder, row.Seeds[0]), training, outOfFold);
    }

    /// <summary>
    /// Trains a row on every training path and predicts the test paths: the only place where those are opened. The row must have been
    /// cross-validated; its result folder then holds both.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>The result folder's predictions.</returns>
    /// <exception cref="InvalidInputException">Data are missing or broken, or the row has not been cross-validated.</exception>
    public IReadOnlyList<PredictionRow> Final(RowOptions row, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(row);
        var folder = FolderOf(row);
        if (!File.Exists(Path.Combine(folder, PredictionSet.FileName)))
        {
            throw new InvalidInputException($"has no cross-validation yet; run `migrate reproduce {row.Row}` first", folder);
        }

        var clock = Stopwatch.StartNew();
        using var training = Read([data.TrainingPaths], row);
        using var paths = Read([data.TrainingPaths, data.TestPaths], row);
        var learner = Learner(row, paths, cancel);
        int[] all = [.. Enumerable.Range(0, paths.Count)];
        int[] members = all[..training.Count];
        var outOfFold = new CrossValidation(training, row.Folds, row.FoldSeed, row.Groups).Run(Learner(row, training, cancel), row.Seeds, folder, null, null, cancel);
        List<ProtocolRow> rows = [.. outOfFold];
        foreach (var seed in row.Seeds)
        {
            var fit = FinalFit(folder, seed);
            var found = FitCache.GetOrRun(
                fit, learner, members, all, paths, seed, () => learner.FitAndPredict(members, all, seed, fit, cancel));
            rows.AddRange(CrossValidation.Rows(
                paths, members, [.. found.Take(members.Length)], PredictionSplit.Training, seed, null, members.Length));
            rows.AddRange(CrossValidation.Rows(
                paths, all[members.Length..], [.. found.Skip(members.Length)], PredictionSplit.Test, seed, null, members.Length));
        }

        rows.AddRange(PredictionSet.Read(folder).Rows.Where(r => r.Split == PredictionSplit.LearningCurve).Select(r => new ProtocolRow(r, null)));
        return Write(row, learner, rows, members.Length, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The result folder of a row.</summary>
    public string FolderOf(RowOptions row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Path.Combine(runs, row.Row);
    }

    private static string FinalFit(string folder, int seed) => Path.Combine(folder, FormattableString.Invariant($"seed-{seed}-final"));

    // An ensemble keeps its members in folders of their own.
    private static string DescriptorFit(RowOptions row, string fit) => row.Kind == RowKind.Ensemble ? Path.Combine(fit, "descriptors") : fit;

    private static PathStore Read(IReadOnlyList<string> files, RowOptions row)
    {
        var paths = PathStore.Read(files, row.Training.ImageCount, row.OnePathPerStructure ? PathPrediction.IsFirstOfStructure : null);
        return paths.Errors.Count == 0 ? paths : throw paths.Errors[0];
    }

    private IBarrierLearner Learner(RowOptions row, PathStore paths, CancellationToken cancel)
    {
        if (row.Kind == RowKind.Descriptors)
        {
            return Descriptors(row, paths, cancel);
        }

        if (row.Kind == RowKind.Trees)
        {
            if (TreeLearner.Lacking is { } lacking)
            {
                note(lacking);
            }

            return new TreeLearner(row.Trees, paths);
        }

        var training = row.Training;
        if (row.Pretraining.Length > 0)
        {
            training = training with { FineTuning = training.FineTuning with { From = Pretrained(row.Pretraining, cancel) } };
        }

        var network = new NetworkLearner(training, row.InnerFolds, paths, device, Report);
        return row.Kind == RowKind.Network ? network : new EnsembleLearner(
        [
            ("descriptors", Descriptors(row, paths, cancel), row.DescriptorWeight),
            .. Enumerable.Range(0, row.Networks).Select(k =>
                ($"network-{k}", Network(row, new SeededLearner(network, 1000 * k)), (1 - row.DescriptorWeight) / row.Networks)),
        ]);
    }

    private DescriptorLearner Descriptors(RowOptions row, PathStore paths, CancellationToken cancel) =>
        new(row.Descriptors, paths, row.Potential.Length == 0 ? null : bands(row.Potential), Environments(row, cancel));

    private EnvironmentDescriptors? Environments(RowOptions row, CancellationToken cancel) =>
        row.Environments ? NetworkEnvironments.Of(CheckpointFiles.Read(Pretrained(row.Pretraining, cancel))) : null;

    private IBarrierLearner Network(RowOptions row, SeededLearner network) => row.NetworksOf.Length == 0
        ? network
        : new RelocatedLearner(network, FolderOf(row), Path.Combine(runs, row.NetworksOf));

    private void Report(string fit, EpochRecord record)
    {
        note(FormattableString.Invariant(
            $"{Path.GetFileName(fit)}: epoch {record.Epoch}, loss {record.TrainingLoss:f4}, train MAE {record.TrainingMae:f3} eV, {record.Seconds:f0} s"));
    }

    // Runs the pre-training, or goes on with it, or finds it finished.
    private string Pretrained(string name, CancellationToken cancel)
    {
        var folder = new RunFolder(Path.Combine(runs, name));
        if (!Directory.Exists(folder.BestFolder))
        {
            note($"pre-training {name}");
            var options = RowConfigs.Pretraining(name) with { Data = data.Properties };
            new Pretrainer(options, PropertyTable.Read(options), folder, device).Run(
                epoch => note($"{name}: epoch {epoch.Epoch} of {options.Epochs}"), cancel);
            cancel.ThrowIfCancellationRequested();
        }

        return folder.BestFolder;
    }

    private IReadOnlyList<PredictionRow> Write(
        RowOptions row, IBarrierLearner learner, IReadOnlyList<ProtocolRow> rows, int trainingPaths, double seconds)
    {
        var folder = FolderOf(row);
        // What was run in several calls took the time of all of them.
        var before = File.Exists(Path.Combine(folder, RowInfo.FileName)) ? RowInfo.Read(folder) : null;
        var calibrated = ProtocolRow.Calibrate(rows);
        PredictionSet.Write(folder, calibrated);
        new RowInfo
        {
            Row = row.Row,
            Title = row.Title,
            Size = learner.Size,
            Parameters = learner.Parameters,
            Protocol = $"{row.Folds}-fold cross-validation grouped by {row.Groups.ToString().ToLowerInvariant()}, seeds {string.Join(", ", row.Seeds)}",
            Date = DateOnly.FromDateTime(DateTime.UtcNow),
            Commit = commit,
            TrainingPaths = trainingPaths,
            Seconds = seconds + (before?.Seconds ?? 0),
            SecondsPerPath = learner.SecondsPerPath ?? before?.SecondsPerPath,
        }.Write(folder);
        return calibrated;
    }
}

/// <summary>Where the published data lie.</summary>
/// <param name="TrainingPaths">Labelled training paths.</param>
/// <param name="TestPaths">Labelled test paths.</param>
/// <param name="Properties">Folder with the bulk properties.</param>
/// <param name="Potentials">Folder with a folder per interatomic potential.</param>
public sealed record ReproductionData(string TrainingPaths, string TestPaths, string Properties, string Potentials)
{
    /// <summary>The layout of a data folder: <c>migration-barriers/band-*.json.gz</c>, <c>bulk-properties/</c> and <c>potentials/</c>.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="InvalidInputException">The folder or its training paths are missing.</exception>
    public static ReproductionData Below(string folder)
    {
        var barriers = Path.Combine(folder, "migration-barriers");
        var training = Path.Combine(barriers, "band-train.json.gz");
        return File.Exists(training)
            ? new ReproductionData(training, Path.Combine(barriers, "band-test.json.gz"), Path.Combine(folder, "bulk-properties"), Path.Combine(folder, "potentials"))
            : throw new InvalidInputException("not found; --data names a folder with migration-barriers/ and bulk-properties/", training);
    }
}
