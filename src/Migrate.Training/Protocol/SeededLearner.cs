namespace Migrate.Training.Protocol;

/// <summary>A learner with another seed: one member of a deep ensemble (Lakshminarayanan, Pritzel and Blundell 2017).</summary>
/// <param name="learner">The learner.</param>
/// <param name="offset">Added to every seed.</param>
public sealed class SeededLearner(IBarrierLearner learner, int offset) : IBarrierLearner
{
    /// <inheritdoc/>
    public string Size => learner.Size;

    /// <inheritdoc/>
    public long Parameters => learner.Parameters;

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"{offset} {learner.Settings}");

    /// <inheritdoc/>
    public double? SecondsPerPath => learner.SecondsPerPath;

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel) =>
        learner.FitAndPredict(training, evaluated, seed + offset, folder, cancel);
}
