using System.Globalization;
using System.Text.Json;
using Migrate.Baselines;
using Migrate.Crystals;

namespace Migrate.Training.Protocol;

/// <summary>
/// Trees and a Gaussian process on descriptors of the path as a learner. With barriers of relaxed bands there are two models: one over
/// <see cref="NebDescriptors"/> for the paths that have such a band, and the plain one for the others.
/// </summary>
/// <param name="options">How they are fitted.</param>
/// <param name="paths">The data.</param>
/// <param name="bands">Barriers of relaxed bands, or null.</param>
/// <param name="environments">What the process reads beside the descriptors, or null.</param>
public sealed class DescriptorLearner(DescriptorModelOptions options, PathStore paths, NebTable? bands = null, EnvironmentDescriptors? environments = null) : IBarrierLearner
{
    private const int FewestBands = 10;

    private readonly PredictionClock _features = new(), _models = new();

    private PathFeatures[]? _descriptors;
    private IReadOnlyList<double?>? _barriers;

    /// <inheritdoc/>
    public string Size => $"{options.Trees.Trees} trees and a Gaussian process, {(bands is null ? PathDescriptors.Names : NebDescriptors.Names).Count} descriptors"
        + (environments is null ? "" : $", {environments.Count} of environments") + (options.Halves is null ? "" : ", and another of the halves of the path");

    /// <inheritdoc/>
    public long Parameters => 0;

    /// <inheritdoc/>
    public string Settings => $"{JsonSerializer.Serialize(options, TrainingJson.Default.DescriptorModelOptions)} {string.Join(';', PathDescriptors.Names)} {PathDescriptors.Version}"
        + (bands is null ? "" : $" {bands.Identity} {bands.WeightsHash} {string.Join(';', NebDescriptors.Names)} {NebDescriptors.Version}")
        + (environments is null ? "" : $" environments {environments.Hash}")
        + (options.Halves is null ? "" : string.Create(CultureInfo.InvariantCulture, $" halves {PathHalves.Version}"));

    /// <summary>Without the bands, whose time depends on the potential and is that of <c>migrate neb</c>.</summary>
    public double? SecondsPerPath => _features.SecondsPerPath + _models.SecondsPerPath;

    private PathFeatures[] Descriptors => _descriptors ??= _features.Measure(paths.Count, Compute);

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(evaluated);
        Directory.CreateDirectory(folder);
        double[] Plain(int i) => Descriptors[i].Row();
        var plain = Fit(training, Plain, seed);
        plain.Save(Path.Combine(folder, DescriptorModel.FileName));
        if (bands is null)
        {
            return _models.Measure(evaluated.Count, () => evaluated.Select(i => Learned(plain.Predict(Plain(i)))).ToArray());
        }

        var barriers = _barriers ??= bands.Of(paths, cancel);
        double[] Joined(int i) => Descriptors[i].Row(NebDescriptors.Of(barriers[i]!.Value));
        int[] known = [.. training.Where(i => barriers[i] is not null)];
        if (known.Length < FewestBands)
        {
            throw new InvalidInputException($"{known.Length} of {training.Count} training paths have a converged band; {FewestBands} are needed to learn from");
        }

        var relaxed = Fit(known, Joined, seed);
        relaxed.Save(Path.Combine(folder, Models.NebModel.FileName));
        return _models.Measure(
            evaluated.Count,
            () => evaluated.Select(i => Learned(barriers[i] is null ? plain.Predict(Plain(i)) : relaxed.Predict(Joined(i)))).ToArray());
    }

    private static LearnedBarrier Learned(DescriptorPrediction prediction) => new(prediction.Barrier, prediction.Spread);

    private DescriptorModel Fit(IReadOnlyList<int> training, Func<int, double[]> descriptors, int seed) => DescriptorModel.Fit(
        [.. training.Select(descriptors)], [.. training.Select(i => paths.Barriers[i])], [.. training.Select(i => paths.GroupKeys[i])], options, seed, environments);

    private PathFeatures[] Compute()
    {
        var rows = new PathFeatures[paths.Count];
        Parallel.For(0, rows.Length, i => rows[i] = PathFeatures.Compute(paths.Load(i), environments, options.Halves is not null));
        return rows;
    }
}
