namespace Migrate.Training;

/// <summary>
/// One-cycle schedule (Smith and Topin 2018) with cosine annealing, stepped once per batch: the learning rate climbs from
/// peak/<see cref="DivFactor"/> to the peak during the first <see cref="PercentStart"/> of the steps, then falls to start/<see cref="FinalDivFactor"/>, while AdamW's β1
/// runs 0.95 → 0.85 → 0.95 the opposite way (the published training has this on).
/// </summary>
public sealed record OneCycleSchedule
{
    private const double HighMomentum = 0.95, LowMomentum = 0.85;

    /// <summary>Steps in the whole training; at least 1.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Highest learning rate; positive, published 1e-3.</summary>
    public required double Peak { get; init; }

    /// <summary>Share of the steps that climb; between 0 and 1, published 0.3.</summary>
    public double PercentStart { get; init; } = 0.3;

    /// <summary>Peak over first learning rate; published 25.</summary>
    public double DivFactor { get; init; } = 25;

    /// <summary>First over last learning rate; published 1e4.</summary>
    public double FinalDivFactor { get; init; } = 1e4;

    /// <summary>Learning rate and β1 for a step.</summary>
    /// <param name="step">From 0 to <see cref="TotalSteps"/> − 1; later steps keep the last values.</param>
    public (double LearningRate, double Beta1) At(long step)
    {
        var start = Peak / DivFactor;
        var top = (PercentStart * TotalSteps) - 1;
        var end = TotalSteps - 1.0;
        if (step <= top)
        {
            var p = step / top;
            return (Cosine(start, Peak, p), Cosine(HighMomentum, LowMomentum, p));
        }

        var q = end > top ? Math.Min(1, (step - top) / (end - top)) : 1;
        return (Cosine(Peak, start / FinalDivFactor, q), Cosine(LowMomentum, HighMomentum, q));
    }

    private static double Cosine(double from, double to, double part) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * part)));
}
