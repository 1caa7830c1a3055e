using Migrate.Baselines;

namespace Migrate.Models;

/// <summary>
/// Prediction intervals from what an ensemble disagrees about: split-conformal prediction (Papadopoulos et al. 2002; Lei et al., J. Am. Stat. Assoc.
/// 113, 1094 (2018)) with the normalized score r = |ln((Em + δ) / (Êm + δ))| / (spread + <see cref="Floor"/>) of out-of-fold predictions. An interval
/// holds what a share of those scores held.
/// </summary>
/// <param name="Floor">Added to every spread, so that members that happen to agree are not believed without limit; in units of ln(Em).</param>
/// <param name="Quantile">Score that the wanted share of the paths lies below.</param>
public sealed record IntervalCalibration(double Floor, double Quantile)
{
    /// <summary>δ, eV: relative errors of barriers below it do not matter.</summary>
    public const double Offset = DescriptorModel.Offset;

    /// <summary>Share of the paths that the intervals are made for.</summary>
    public const double Level = 0.9;

    /// <summary>Calibrates on predictions of paths that the model had not seen.</summary>
    /// <param name="expected">[n] barriers, eV.</param>
    /// <param name="predicted">[n] predictions, eV.</param>
    /// <param name="spread">[n] standard deviation of ln(Em) within the ensemble.</param>
    /// <param name="level">Share of paths that an interval shall hold.</param>
    /// <exception cref="ArgumentException">No data, or lists of different lengths.</exception>
    public static IntervalCalibration Fit(
        IReadOnlyList<double> expected, IReadOnlyList<double> predicted, IReadOnlyList<double> spread, double level = Level)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(spread);
        if (expected.Count == 0 || expected.Count != predicted.Count || expected.Count != spread.Count)
        {
            throw new ArgumentException($"{expected.Count} barriers, {predicted.Count} predictions and {spread.Count} spreads; there must be as many of each");
        }

        double[] sorted = [.. spread.Order()];
        var floor = Math.Max(1e-3, sorted[sorted.Length / 2]);
        double[] scores = [.. expected.Select((y, i) => Math.Abs(DescriptorModel.Logarithm(y) - DescriptorModel.Logarithm(predicted[i])) / (spread[i] + floor)).Order()];
        // The rank that holds the level for one more path, too.
        var rank = Math.Min(scores.Length, (int)Math.Ceiling((scores.Length + 1) * level));
        return new IntervalCalibration(floor, scores[rank - 1]);
    }

    /// <summary>The interval of a prediction.</summary>
    /// <param name="predicted">eV.</param>
    /// <param name="spread">Standard deviation of ln(Em) within the ensemble.</param>
    /// <returns>Its ends, eV; the lower one is at least 0.</returns>
    public (double Lower, double Upper) Interval(double predicted, double spread)
    {
        var (center, half) = (DescriptorModel.Logarithm(predicted), Quantile * (spread + Floor));
        return (Math.Max(0, Math.Exp(center - half) - Offset), Math.Exp(center + half) - Offset);
    }
}
