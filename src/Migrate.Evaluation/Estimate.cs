using System.Globalization;

namespace Migrate.Evaluation;

/// <summary>A number with its bootstrap uncertainty. A number that does not exist (the precision of an empty class) is NaN and printed as "–".</summary>
/// <param name="Value">From all data.</param>
/// <param name="StandardError">Standard deviation over the resamples.</param>
/// <param name="Low">2.5 % percentile of the resamples.</param>
/// <param name="High">97.5 % percentile of the resamples.</param>
public readonly record struct Estimate(double Value, double StandardError, double Low, double High)
{
    /// <summary>"0.703 ± 0.109".</summary>
    public override string ToString() => $"{Format(Value)} ± {Format(StandardError)}";

    /// <summary>"0.471 to 0.869".</summary>
    public string Interval() => $"{Format(Low)} to {Format(High)}";

    /// <summary>A number with three decimals, "–" for NaN.</summary>
    public static string Format(double value) => double.IsNaN(value) ? "–" : value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A share as "80.0 %", "–" for NaN.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A share with its standard error, "80.0 ± 5.2 %", "–" for NaN.</summary>
    public string ToPercent() => double.IsNaN(Value)
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{100 * Value:0.0} ± {100 * StandardError:0.0} %");
}
