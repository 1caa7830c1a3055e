namespace Migrate.Evaluation;

/// <summary>A predicted barrier as a classifier: good conductor or not.</summary>
/// <param name="Threshold">Largest barrier of a good conductor, eV.</param>
/// <param name="Matrix">Counts from all data.</param>
/// <param name="Accuracy">Share predicted right.</param>
/// <param name="GoodPrecision">Precision of the class of good conductors.</param>
/// <param name="GoodRecall">Recall of the class of good conductors.</param>
/// <param name="PoorPrecision">Precision of the class of poor conductors.</param>
/// <param name="PoorRecall">Recall of the class of poor conductors.</param>
public sealed record ClassificationEstimates(
    double Threshold,
    ConfusionMatrix Matrix,
    Estimate Accuracy,
    Estimate GoodPrecision,
    Estimate GoodRecall,
    Estimate PoorPrecision,
    Estimate PoorRecall)
{
    /// <summary>Barrier, eV, up to which the paper calls an ion a good conductor.</summary>
    public const double PaperThreshold = 0.65;

    /// <summary>Classifies paired values at a threshold.</summary>
    /// <param name="expected">[n] reference barriers, eV.</param>
    /// <param name="predicted">[n] predicted barriers, eV, same order.</param>
    /// <param name="threshold">Largest barrier of a good conductor, eV.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a value is not finite.</exception>
    public static ClassificationEstimates Compute(
        IReadOnlyList<double> expected, IReadOnlyList<double> predicted, double threshold = PaperThreshold, Bootstrap? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        Paired.Check([.. expected], [.. predicted]);
        Paired.Check([threshold], "threshold");
        bool[] good = [.. expected.Select(barrier => barrier <= threshold)];
        bool[] predictedGood = [.. predicted.Select(barrier => barrier <= threshold)];
        ConfusionMatrix Count(ReadOnlyMemory<int> drawn)
        {
            var matrix = default(ConfusionMatrix);
            foreach (var i in drawn.Span)
            {
                matrix = matrix.Add(good[i], predictedGood[i]);
            }

            return matrix;
        }

        var estimates = (bootstrap ?? new Bootstrap()).Estimate(
            good.Length,
            drawn => Count(drawn).Accuracy,
            drawn => Count(drawn).GoodPrecision,
            drawn => Count(drawn).GoodRecall,
            drawn => Count(drawn).PoorPrecision,
            drawn => Count(drawn).PoorRecall);
        var matrix = Count(Enumerable.Range(0, good.Length).ToArray());
        return new ClassificationEstimates(threshold, matrix, estimates[0], estimates[1], estimates[2], estimates[3], estimates[4]);
    }
}
