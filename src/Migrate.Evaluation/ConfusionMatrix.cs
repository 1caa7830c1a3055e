namespace Migrate.Evaluation;

/// <summary>
/// Good conductors (barrier at or below a threshold) against poor ones, expected against predicted. "Positive" is the good conductor.
/// A ratio with an empty denominator is NaN.
/// </summary>
/// <param name="TruePositive">Good, predicted good.</param>
/// <param name="FalsePositive">Poor, predicted good.</param>
/// <param name="FalseNegative">Good, predicted poor.</param>
/// <param name="TrueNegative">Poor, predicted poor.</param>
public readonly record struct ConfusionMatrix(int TruePositive, int FalsePositive, int FalseNegative, int TrueNegative)
{
    /// <summary>All data.</summary>
    public int Count => TruePositive + FalsePositive + FalseNegative + TrueNegative;

    /// <summary>Share that is predicted right, 0–1.</summary>
    public double Accuracy => Ratio(TruePositive + TrueNegative, Count);

    /// <summary>Share of the predicted good conductors that are good, 0–1.</summary>
    public double GoodPrecision => Ratio(TruePositive, TruePositive + FalsePositive);

    /// <summary>Share of the good conductors that are found, 0–1.</summary>
    public double GoodRecall => Ratio(TruePositive, TruePositive + FalseNegative);

    /// <summary>Share of the predicted poor conductors that are poor, 0–1.</summary>
    public double PoorPrecision => Ratio(TrueNegative, TrueNegative + FalseNegative);

    /// <summary>Share of the poor conductors that are found, 0–1.</summary>
    public double PoorRecall => Ratio(TrueNegative, TrueNegative + FalsePositive);

    /// <summary>One more datum.</summary>
    public ConfusionMatrix Add(bool good, bool predictedGood) => (good, predictedGood) switch
    {
        (true, true) => this with { TruePositive = TruePositive + 1 },
        (false, true) => this with { FalsePositive = FalsePositive + 1 },
        (true, false) => this with { FalseNegative = FalseNegative + 1 },
        _ => this with { TrueNegative = TrueNegative + 1 },
    };

    private static double Ratio(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;
}
