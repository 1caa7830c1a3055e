using Migrate.Evaluation;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Protocol;

/// <summary>A graph network as a learner: every fit is a training run of its own, which resumes.</summary>
/// <param name="options">Settings of the training; its seed and split are set here.</param>
/// <param name="innerFolds">
/// Folds that the training paths are split into, grouped by framework, the first of which validates and stops the training; 0 to train on
/// all of them to the last epoch.
/// </param>
/// <param name="paths">The data.</param>
/// <param name="device">Device of the network.</param>
/// <param name="report">Called after every epoch of every fit.</param>
public sealed class NetworkLearner(
    TrainingOptions options, int innerFolds, PathStore paths, Device device, Action<string, EpochRecord>? report = null) : IBarrierLearner
{
    private readonly PredictionClock _clock = new();

    /// <inheritdoc/>
    public double? SecondsPerPath => _clock.SecondsPerPath;

    /// <inheritdoc/>
    public string Size => $"hidden {options.Model.HiddenFeatures}, {options.Model.AlignnLayers} + {options.Model.GcnLayers} layers, "
        + $"{options.Graph.Neighbors} neighbours";

    /// <inheritdoc/>
    public long Parameters
    {
        get
        {
            using var network = new Alignn(options.Model, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
            return network.parameters().Sum(p => p.numel());
        }
    }

    /// <inheritdoc/>
    public string Settings => $"{innerFolds} {(options.Policy == TrainingPolicy.Published ? "published " : "")}{RunFingerprint.OfSettings(options)}";

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(evaluated);
        var trainer = new Trainer(options with { Seed = seed }, paths, new RunFolder(folder), device, Split(training, seed));
        trainer.Run(record => report?.Invoke(folder, record), cancel);
        cancel.ThrowIfCancellationRequested();
        return _clock.Measure(evaluated.Count, () => trainer.Predict(evaluated).Select(barrier => new LearnedBarrier(barrier)).ToArray());
    }

    // The inner validation never sees what is evaluated: it is a fold of the training paths.
    private ValidationSplit Split(IReadOnlyList<int> training, int seed)
    {
        if (innerFolds == 0 && options.Policy == TrainingPolicy.Published)
        {
            // The published split, by position among the paths that may be learned from.
            var tail = ValidationSplit.Create([.. training.Select(i => paths.GroupKeys[i])], options.Validation);
            int[] At(IReadOnlyList<int> positions) => [.. positions.Select(k => training[k])];
            return new ValidationSplit(At(tail.Training), At(tail.Validation)) { Unused = At(tail.Unused) };
        }

        if (innerFolds == 0)
        {
            return new ValidationSplit(training, []);
        }

        var folds = GroupedFolds.Create([.. training.Select(i => paths.GroupKeys[i])], innerFolds, seed);
        return new ValidationSplit(
            [.. training.Where((_, k) => folds[k] != 0)], [.. training.Where((_, k) => folds[k] == 0)]);
    }
}
