using System.Text.Json;
using Migrate.Baselines.Catalogue;
using Migrate.Baselines.Trees;
using Migrate.Crystals;
using Migrate.Evaluation;

namespace Migrate.Training.Protocol;

/// <summary>A random forest or gradient boosting on descriptors of the catalogue as a learner: the baselines RFR and GBR.</summary>
/// <param name="options">How they are fitted.</param>
/// <param name="paths">The data.</param>
public sealed class TreeLearner(TreeModelOptions options, PathStore paths) : IBarrierLearner
{
    private readonly PredictionClock _features = new(), _models = new();

    private double[][]? _descriptors;

    /// <inheritdoc/>
    public string Size => $"{options.Trees} trees, about {options.Columns} of {DescriptorCatalogue.All.Count} descriptors";

    /// <inheritdoc/>
    public long Parameters => 0;

    /// <inheritdoc/>
    public string Settings => $"{JsonSerializer.Serialize(options, TrainingJson.Default.TreeModelOptions)} {string.Join(';', DescriptorCatalogue.All.Select(d => d.Name))} "
        + $"{DescriptorCatalogue.Version} {string.Join(',', DescriptorCatalogue.Missing)}";

    /// <inheritdoc/>
    public double? SecondsPerPath => _features.SecondsPerPath + _models.SecondsPerPath;

    private double[][] Descriptors => _descriptors ??= _features.Measure(paths.Count, Compute);

    /// <summary>What this machine's native library lacks, in a line, or null where nothing is missing.</summary>
    public static string? Lacking => DescriptorCatalogue.Missing is { Count: > 0 } missing
        ? $"the native library was built without {string.Join(" and ", missing)}: descriptors that need it are left out"
        : null;

    /// <summary>Fits a model; the inner folds keep paths through one framework together.</summary>
    /// <param name="training">Positions to learn from.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    /// <exception cref="InvalidInputException">A structure has no descriptors, or the data are too few.</exception>
    public TreeModel Fit(IReadOnlyList<int> training, int seed)
    {
        ArgumentNullException.ThrowIfNull(training);
        try
        {
            var folds = GroupedFolds.Create([.. training.Select(i => paths.GroupKeys[i])], options.InnerFolds, seed);
            return TreeModel.Fit([.. training.Select(i => Descriptors[i])], [.. training.Select(i => paths.Barriers[i])], folds, options, seed);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0]);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        cancel.ThrowIfCancellationRequested();
        var model = Fit(training, seed);
        model.Save(Path.Combine(folder, "best"));
        return _models.Measure(evaluated.Count, () => evaluated.Select(i => new LearnedBarrier(model.Predict(Descriptors[i]))).ToArray());
    }

    private double[][] Compute()
    {
        var rows = new double[paths.Count][];
        // Not inside of a loop over paths: that would wrap the error of a structure into others.
        var errors = new InvalidInputException?[paths.Count];
        Parallel.For(0, rows.Length, i =>
        {
            try
            {
                rows[i] = DescriptorCatalogue.Compute(paths.Load(i));
            }
            catch (InvalidInputException e)
            {
                errors[i] = new InvalidInputException($"path '{paths.Names[i]}': {e.Message}");
            }
        });
        return Array.Find(errors, e => e is not null) is { } error ? throw error : rows;
    }
}
