namespace Migrate.Training.Protocol;

/// <summary>Something that learns barriers from labelled paths and predicts others: what a row of the results table stands for.</summary>
public interface IBarrierLearner
{
    /// <summary>Size in words, for tables.</summary>
    string Size { get; }

    /// <summary>Trained numbers of one model; 0 where that means nothing.</summary>
    long Parameters { get; }

    /// <summary>Everything that decides its predictions beside data and seed, as text: predictions that were kept are used again where it is the same.</summary>
    string Settings { get; }

    /// <summary>Wall time of the last prediction, s per path, features and graphs included; null before the first.</summary>
    double? SecondsPerPath { get; }

    /// <summary>Learns from some paths and predicts others. Nothing of the predicted paths but their structures is looked at.</summary>
    /// <param name="training">Positions to learn from.</param>
    /// <param name="evaluated">Positions to predict; none of them is in <paramref name="training"/> unless the fit itself is asked for.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="folder">A folder of its own; a learner that is asked again with the same arguments goes on with what lies there.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>[n_evaluated] predictions.</returns>
    IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel);
}

/// <summary>A prediction with, where the learner knows it, its spread.</summary>
/// <param name="Barrier">eV.</param>
/// <param name="Spread">Standard deviation of ln(Em) within an ensemble, or null.</param>
public readonly record struct LearnedBarrier(double Barrier, double? Spread = null);
