using System.Text.Json.Serialization;

namespace Migrate.Models;

/// <summary>
/// Standardizes a barrier (eV) with the training set's mean and standard deviation, then normalizes to [−1, 1] with the extremes of
/// the standardized training set. Algebraically y = 2 (Em − min)/(max − min) − 1; the four numbers are kept as the paper states them.
/// </summary>
/// <param name="Mean">Mean of the training barriers, eV.</param>
/// <param name="StandardDeviation">Standard deviation of the training barriers, eV; positive.</param>
/// <param name="Minimum">Smallest training barrier, eV.</param>
/// <param name="Maximum">Largest training barrier, eV; above the minimum.</param>
public sealed record TargetScaler(double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>Added to a barrier before its logarithm is taken, eV: differences below it do not matter.</summary>
    public const double LogarithmOffset = 0.05;

    /// <summary>
    /// True where the four numbers are those of ln(Em / eV + <see cref="LogarithmOffset"/>): barriers spread over three orders of magnitude, and a
    /// loss on the logarithm weighs relative errors. Published is the barrier itself.
    /// </summary>
    public bool Logarithmic { get; init; }

    /// <summary>The scaler of an output whose scaling is not known: it leaves the number as it is.</summary>
    public static TargetScaler Identity { get; } = new(0, 1, -1, 1);

    /// <summary>eV per scaled unit, of a scaler that is not logarithmic.</summary>
    [JsonIgnore]
    public double UnitInElectronVolts => (Maximum - Minimum) / 2;

    /// <summary>Statistics of training barriers.</summary>
    /// <param name="barriers">eV, training set only.</param>
    /// <param name="logarithmic">Whether the logarithm is scaled.</param>
    /// <exception cref="ArgumentException">Fewer than two different values, or a negative barrier where its logarithm is asked for.</exception>
    public static TargetScaler Fit(IReadOnlyCollection<double> barriers, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(barriers);
        if (logarithmic)
        {
            return barriers.All(b => b >= 0)
                ? Fit([.. barriers.Select(Logarithm)]) with { Logarithmic = true }
                : throw new ArgumentException($"a training barrier is {barriers.Min()} eV; a logarithmic target needs barriers from 0");
        }

        if (barriers.Count < 2 || barriers.Max() - barriers.Min() < 1e-9)
        {
            throw new ArgumentException($"{barriers.Count} training barriers without two different values: there is nothing to learn");
        }

        var mean = barriers.Average();
        var deviation = Math.Sqrt(barriers.Average(b => (b - mean) * (b - mean)));
        return new TargetScaler(mean, deviation, barriers.Min(), barriers.Max());
    }

    /// <summary>Scaled value of a barrier in eV.</summary>
    public double Scale(double barrier)
    {
        var (low, high) = (Standardize(Minimum), Standardize(Maximum));
        return (2 * (Standardize(Logarithmic ? Logarithm(Math.Max(0, barrier)) : barrier) - low) / (high - low)) - 1;
    }

    /// <summary>Barrier in eV of a scaled value.</summary>
    public double Unscale(double scaled)
    {
        var value = Minimum + ((scaled + 1) * UnitInElectronVolts);
        return Logarithmic ? Math.Exp(value) - LogarithmOffset : value;
    }

    /// <summary>Checks the four numbers.</summary>
    /// <exception cref="ArgumentException">Not finite, or not in order.</exception>
    public void Validate()
    {
        if (!double.IsFinite(Mean) || !double.IsFinite(Minimum) || !double.IsFinite(Maximum) || !(Maximum > Minimum) || !(StandardDeviation > 0)
            || !double.IsFinite(StandardDeviation))
        {
            throw new ArgumentException(
                $"target scaler with mean {Mean}, standard deviation {StandardDeviation}, minimum {Minimum}, maximum {Maximum} eV: "
                + "they must be finite, the deviation positive and the maximum above the minimum");
        }
    }

    private static double Logarithm(double barrier) => Math.Log(barrier + LogarithmOffset);

    private double Standardize(double barrier) => (barrier - Mean) / StandardDeviation;
}
