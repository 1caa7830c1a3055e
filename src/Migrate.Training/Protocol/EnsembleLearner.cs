using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>A weighted mean of learners; the spread is that between them together with their own.</summary>
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
    public double? SecondsPerPath => members.Aggregate((double?)0, (sum, m) => sum + m.Learner.SecondsPerPath);

    /// <inheritdoc/>
    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var found = members
            .Select(m => (m.Weight, Barriers: m.Learner.FitAndPredict(training, evaluated, seed, Path.Combine(folder, m.Name), cancel)))
            .ToList();
        return [.. evaluated.Select((_, k) => Combine([.. found.Select(f => new EnsembleMember(f.Weight, f.Barriers[k].Barrier, f.Barriers[k].Spread ?? 0))]))];
    }

    private static LearnedBarrier Combine(EnsembleMember[] members)
    {
        var (barrier, spread) = EnsembleMember.Combine(members);
        return new LearnedBarrier(barrier, spread);
    }
}
