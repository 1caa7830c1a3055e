using System.Globalization;

namespace Migrate.Evaluation;

/// <summary>One axis: which values it covers, where its ticks are, and where a value lies on it.</summary>
internal sealed class ChartAxis
{
    private ChartAxis(double low, double high, bool logarithmic, IReadOnlyList<(double Value, string Label)> ticks)
    {
        (Low, High, Logarithmic, Ticks) = (low, high, logarithmic, ticks);
    }

    /// <summary>Value at the start of the axis.</summary>
    public double Low { get; }

    /// <summary>Value at the end of the axis, above <see cref="Low"/>.</summary>
    public double High { get; }

    /// <summary>Whether equal ratios are equally long.</summary>
    public bool Logarithmic { get; }

    /// <summary>Labelled values, ascending, within the axis.</summary>
    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>Where a value lies: 0 at the start, 1 at the end.</summary>
    public double Position(double value) => Logarithmic
        ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
        : (value - Low) / (High - Low);

    /// <summary>Whether the axis can show a value at all.</summary>
    public bool Shows(double value) => double.IsFinite(value) && (!Logarithmic || value > 0);

    /// <summary>An axis that covers the values that it can show; 0 to 1 without any.</summary>
    /// <param name="values">Any numbers; those that are not finite are ignored, and on a logarithmic axis those that are not positive.</param>
    /// <param name="logarithmic">Equal ratios are equally long.</param>
    /// <param name="whole">Ticks only at whole numbers, as for epochs.</param>
    public static ChartAxis Covering(IEnumerable<double> values, bool logarithmic = false, bool whole = false)
    {
        double[] shown = [.. values.Where(v => double.IsFinite(v) && (!logarithmic || v > 0))];
        var (low, high) = shown.Length == 0 ? (logarithmic ? 0.1 : 0, 1) : (shown.Min(), shown.Max());
        return logarithmic ? ByDecades(low, high) : BySteps(low, high, whole);
    }

    private static ChartAxis BySteps(double low, double high, bool whole)
    {
        if (!(high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high))))
        {
            var margin = low == 0 ? 1 : Math.Abs(low) / 2;
            (low, high) = (low - margin, high + margin);
        }

        var step = RoundStep((high - low) / 7);
        step = whole ? Math.Max(1, step) : step;
        var (first, last) = (Math.Floor(low / step), Math.Ceiling(high / step));
        var decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 15);
        string Label(double value) => Math.Abs(value) >= 1e6 || step < 1e-6
            ? value.ToString("0.##e+0", CultureInfo.InvariantCulture)
            : value.ToString($"f{decimals}", CultureInfo.InvariantCulture);
        // Multiples of the step, so that no rounding piles up; "+ 0" turns a negative zero into zero.
        return new ChartAxis(
            first * step, last * step, false,
            [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => ((first + i) * step) + 0.0).Select(v => (v, Label(v)))]);
    }

    // Ticks at 1, 2 and 5 of each decade where the axis spans few of them, else at whole powers of ten.
    private static ChartAxis ByDecades(double low, double high)
    {
        var decades = Math.Log10(high / low);
        double[] marks = decades < 2.5 ? [1, 2, 5] : [1];
        var every = Math.Max(1, (int)Math.Ceiling(decades / 8));
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)) + 1);
        double[] candidates =
            [.. Enumerable.Range(first, last - first + 1).Where(e => e % every == 0).SelectMany(e => marks.Select(m => m * Math.Pow(10, e)))];
        var start = candidates.LastOrDefault(v => v <= low * (1 + 1e-9), low);
        var end = candidates.FirstOrDefault(v => v >= high * (1 - 1e-9) && v > start, high > start ? high : start * 10);
        return new ChartAxis(
            start, end, true,
            [.. candidates.Where(v => v >= start && v <= end).Select(v => (v, v.ToString("0.######", CultureInfo.InvariantCulture)))]);
    }

    private static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch { <= 1 => power, <= 2 => 2 * power, <= 5 => 5 * power, _ => 10 * power };
    }
}
