namespace Migrate.Training.Protocol;

/// <summary>A weighted mean of learners; the spread is the standard deviation between them together with their own.</summary>
/// <param name="members">Each with its name and its weight; weights count by their sum.</param>
public sealed class EnsembleLearner(IReadOnlyList<(string Name, IBarrierLearner Learner, double Weight)> members) : IBarrierLearner
{
    /// <inheritdoc/>
    public string Size => string.Join("; ", members.Select(m => m.Learner.Size));

    /// <inheritdoc/>
    public long Parameters => members.Sum(m => m.Learner.Parameters);

    /// <inheritdoc/>
    public string Settings => string.Join('\n', members.Select(m => FormattableString.Invariant($"{m.Weight:r} {m.Learner.Settings}")));

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var found = members
            .Select(m => (m.Weight, Barriers: m.Learner.FitAndPredict(training, evaluated, seed, Path.Combine(folder, m.Name), cancel)))
            .ToList();
        var total = found.Sum(f => f.Weight);
        return [.. evaluated.Select((_, k) => Combine([.. found.Select(f => (f.Weight / total, f.Barriers[k]))]))];
    }

    private static LearnedBarrier Combine((double Share, LearnedBarrier Barrier)[] parts)
    {
        var mean = parts.Sum(p => p.Share * p.Barrier.Barrier);
        var between = parts.Sum(p => p.Share * (p.Barrier.Barrier - mean) * (p.Barrier.Barrier - mean));
        var within = parts.Sum(p => p.Share * (p.Barrier.Spread ?? 0) * (p.Barrier.Spread ?? 0));
        return new LearnedBarrier(mean, Math.Sqrt(between + within));
    }
}
