using Migrate.Evaluation;
using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>A prediction of a protocol before its interval is calibrated.</summary>
/// <param name="Row">As it will be written.</param>
/// <param name="Spread">Standard deviation of ln(Em) within the ensemble, or null.</param>
public sealed record ProtocolRow(PredictionRow Row, double? Spread)
{
    /// <summary>
    /// Rows with 90 % intervals where there are spreads. A fold is calibrated on the other folds of its seed, so that no interval knows the
    /// error of its own path; what is not of a cross-validation is calibrated on all out-of-fold rows of its seed.
    /// </summary>
    /// <param name="rows">All rows of a run.</param>
    public static IReadOnlyList<PredictionRow> Calibrate(IReadOnlyList<ProtocolRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var outOfFold = rows.Where(r => r.Row.Split == PredictionSplit.CrossValidation && r.Spread is not null).ToList();
        var fits = new Dictionary<(int Seed, int? Fold), IntervalCalibration?>();
        return [.. rows.Select(r => Calibrate(r, outOfFold, fits))];
    }

    /// <summary>The calibration over out-of-fold rows, or null where there is no spread.</summary>
    /// <param name="rows">Rows of a cross-validation.</param>
    public static IntervalCalibration? Fit(IEnumerable<ProtocolRow> rows)
    {
        var known = rows.Where(r => r.Spread is not null).ToList();
        return known.Count == 0 ? null : IntervalCalibration.Fit(
            [.. known.Select(r => r.Row.Expected)], [.. known.Select(r => r.Row.Predicted)], [.. known.Select(r => r.Spread!.Value)]);
    }

    private static PredictionRow Calibrate(
        ProtocolRow row, List<ProtocolRow> outOfFold, Dictionary<(int Seed, int? Fold), IntervalCalibration?> fits)
    {
        if (row.Spread is not { } spread || outOfFold.Count == 0)
        {
            return row.Row;
        }

        var fold = row.Row.Split == PredictionSplit.CrossValidation ? row.Row.Fold : null;
        if (!fits.TryGetValue((row.Row.Seed, fold), out var fit))
        {
            fit = fits[(row.Row.Seed, fold)] = Fit(outOfFold.Where(r => r.Row.Seed == row.Row.Seed && (fold is null || r.Row.Fold != fold)));
        }

        if (fit is null)
        {
            return row.Row;
        }

        var (lower, upper) = fit.Interval(row.Row.Predicted, spread);
        return row.Row with { Lower = lower, Upper = upper };
    }
}
