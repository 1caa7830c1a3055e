using System.Text.Json;
using Migrate.Baselines;

namespace Migrate.Training.Protocol;

/// <summary>Trees and a Gaussian process on descriptors of the path as a learner.</summary>
/// <param name="options">How they are fitted.</param>
/// <param name="paths">The data.</param>
public sealed class DescriptorLearner(DescriptorModelOptions options, PathStore paths) : IBarrierLearner
{
    private readonly PredictionClock _features = new(), _models = new();

    private double[][]? _descriptors;

    /// <inheritdoc/>
    public string Size => $"{options.Trees.Trees} trees and a Gaussian process, {PathDescriptors.Names.Count} descriptors";

    /// <inheritdoc/>
    public long Parameters => 0;

    /// <inheritdoc/>
    public string Settings => $"{JsonSerializer.Serialize(options, TrainingJson.Default.DescriptorModelOptions)} {string.Join(';', PathDescriptors.Names)} {PathDescriptors.Version}";

    /// <inheritdoc/>
    public double? SecondsPerPath => _features.SecondsPerPath + _models.SecondsPerPath;

    private double[][] Descriptors => _descriptors ??= _features.Measure(paths.Count, Compute);

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(evaluated);
        var model = DescriptorModel.Fit(
            [.. training.Select(i => Descriptors[i])], [.. training.Select(i => paths.Barriers[i])], [.. training.Select(i => paths.GroupKeys[i])], options, seed);
        Directory.CreateDirectory(folder);
        model.Save(Path.Combine(folder, DescriptorModel.FileName));
        return _models.Measure(
            evaluated.Count, () => evaluated.Select(i => model.Predict(Descriptors[i])).Select(p => new LearnedBarrier(p.Barrier, p.Spread)).ToArray());
    }

    private double[][] Compute()
    {
        var rows = new double[paths.Count][];
        Parallel.For(0, rows.Length, i => rows[i] = PathDescriptors.Compute(paths.Load(i)));
        return rows;
    }
}
