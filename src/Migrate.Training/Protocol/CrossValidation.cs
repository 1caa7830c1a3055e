using System.Globalization;
using Migrate.Evaluation;

namespace Migrate.Training.Protocol;

/// <summary>
/// Grouped cross-validation inside a training set: every path is predicted by a model that has seen no path through the same framework, or,
/// of <see cref="FoldGroups.Structure"/>, no path of the same structure.
/// Every fit has a folder of its own, and its predictions are kept there: what was finished is not run again.
/// </summary>
/// <param name="paths">The data.</param>
/// <param name="folds">Folds, at least 2.</param>
/// <param name="foldSeed">Seed of the fold assignment, apart from the seeds of the models.</param>
/// <param name="groups">What no fold shares with another.</param>
public sealed class CrossValidation(PathStore paths, int folds, int foldSeed, FoldGroups groups = FoldGroups.Framework)
{
    private readonly int[] _fold = GroupedFolds.Create(groups == FoldGroups.Structure ? paths.StructureKeys : paths.GroupKeys, folds, foldSeed);

    /// <summary>[n_paths] fold in which a path is predicted, from 0.</summary>
    public IReadOnlyList<int> Fold => _fold;

    /// <summary>Predicts every path out of fold.</summary>
    /// <param name="learner">What learns.</param>
    /// <param name="seeds">A model each per fold.</param>
    /// <param name="folder">Folder of the row.</param>
    /// <param name="report">Called after every fold.</param>
    /// <param name="only">Folds to run, or null for all: the others can run elsewhere.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>Rows of the split <see cref="PredictionSplit.CrossValidation"/>.</returns>
    public IReadOnlyList<ProtocolRow> Run(
        IBarrierLearner learner, IReadOnlyList<int> seeds, string folder, Action<int, int, RegressionMetrics>? report,
        IReadOnlyList<int>? only, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(seeds);
        var rows = new List<ProtocolRow>();
        foreach (var seed in seeds)
        {
            foreach (var f in only ?? [.. Enumerable.Range(0, folds)])
            {
                int[] all = [.. Enumerable.Range(0, paths.Count)];
                int[] training = [.. all.Where(i => _fold[i] != f)];
                int[] evaluated = [.. all.Where(i => _fold[i] == f)];
                var fit = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}-fold-{f}"));
                var found = FitCache.GetOrRun(
                    fit, learner, training, evaluated, paths, seed, () => learner.FitAndPredict(training, evaluated, seed, fit, cancel));
                rows.AddRange(Rows(paths, evaluated, found, PredictionSplit.CrossValidation, seed, f, training.Length));
                report?.Invoke(seed, f, RegressionMetrics.Compute(
                    [.. evaluated.Select(i => paths.Barriers[i])], [.. found.Select(p => p.Barrier)]));
            }
        }

        return rows;
    }

    /// <summary>
    /// Points of a learning curve: fold 0 is predicted by models that were trained on some of the other paths, chosen at
    /// random; smaller choices are parts of the larger ones.
    /// </summary>
    /// <param name="learner">What learns.</param>
    /// <param name="sizes">Training paths; what exceeds the other folds is cut to them.</param>
    /// <param name="seeds">A choice and a model each.</param>
    /// <param name="folder">Folder of the row.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    public IReadOnlyList<ProtocolRow> LearningCurve(
        IBarrierLearner learner, IReadOnlyList<int> sizes, IReadOnlyList<int> seeds, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(seeds);
        var rows = new List<ProtocolRow>();
        int[] all = [.. Enumerable.Range(0, paths.Count)];
        int[] evaluated = [.. all.Where(i => _fold[i] == 0)];
        foreach (var seed in seeds)
        {
            int[] pool = [.. all.Where(i => _fold[i] != 0)];
            new RandomSource(seed).Shuffle(pool.AsSpan());
            foreach (var size in sizes.Select(s => Math.Min(s, pool.Length)).Distinct())
            {
                int[] training = [.. pool[..size].Order()];
                var fit = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"curve-{size}-seed-{seed}"));
                var found = FitCache.GetOrRun(
                    fit, learner, training, evaluated, paths, seed, () => learner.FitAndPredict(training, evaluated, seed, fit, cancel));
                rows.AddRange(Rows(paths, evaluated, found, PredictionSplit.LearningCurve, seed, 0, size));
            }
        }

        return rows;
    }

    /// <summary>Predictions of paths as rows of a result folder; intervals are left to calibration.</summary>
    internal static IEnumerable<ProtocolRow> Rows(
        PathStore paths, IReadOnlyList<int> members, IReadOnlyList<LearnedBarrier> found, PredictionSplit split, int seed, int? fold, int size) =>
        members.Select((i, k) => new ProtocolRow(
            new PredictionRow
            {
                Split = split,
                Seed = seed,
                Fold = fold,
                TrainSize = size,
                Name = paths.Names[i],
                Ion = paths.Ions[i],
                Class = paths.Classes[i],
                Framework = paths.GroupKeys[i],
                Expected = paths.Barriers[i],
                Predicted = found[k].Barrier,
            },
            found[k].Spread));
}
