namespace Migrate.Training.Protocol;

/// <summary>A learner whose fits lie below the folder of another row, which trains the same: what one of the two has trained, the other finds finished.</summary>
/// <param name="learner">The learner.</param>
/// <param name="from">Folder that the protocol gives it places below.</param>
/// <param name="to">Folder that stands for it.</param>
public sealed class RelocatedLearner(IBarrierLearner learner, string from, string to) : IBarrierLearner
{
    /// <inheritdoc/>
    public string Size => learner.Size;

    /// <inheritdoc/>
    public long Parameters => learner.Parameters;

    /// <inheritdoc/>
    public string Settings => learner.Settings;

    /// <inheritdoc/>
    public double? SecondsPerPath => learner.SecondsPerPath;

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel) =>
        learner.FitAndPredict(training, evaluated, seed, Path.Combine(to, Path.GetRelativePath(from, folder)), cancel);
}
