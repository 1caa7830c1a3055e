using ScottPlot;
using ScottPlot.TickGenerators;

namespace Migrate.Evaluation;

/// <summary>
/// Distributions of sizes (0 and above), side by side: the outline is a Gaussian kernel density reflected at 0 with the bandwidth of
/// Silverman's rule, the bar is the median, each datum a dot. 620 × 360 pixels.
/// </summary>
internal static class ViolinPlot
{
    private const int Steps = 80;

    /// <param name="yTitle">What is shown, with unit.</param>
    /// <param name="categories">Names below the axis.</param>
    /// <param name="series">Each series: data by category, [n_categories][n]; at most six.</param>
    public static Picture Draw(string yTitle, IReadOnlyList<string> categories, IReadOnlyList<IReadOnlyList<double[]>> series)
    {
        var plot = ChartStyle.NewPlot("", yTitle);
        var width = 0.8 / series.Count;
        for (var s = 0; s < series.Count; s++)
        {
            for (var c = 0; c < categories.Count; c++)
            {
                Add(plot, c + ((s + 0.5) * width) - 0.4, 0.45 * width, series[s][c], ChartStyle.Series(s));
            }
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([.. categories.Select((_, c) => (double)c)], [.. categories]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        var largest = series.SelectMany(s => s).SelectMany(data => data).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimits(-0.5, categories.Count - 0.5, 0, Math.Max(1.05 * largest, 0.01));
        return Picture.Of(plot, 620, 360);
    }

    private static void Add(Plot plot, double center, double half, double[] data, Color color)
    {
        if (data.Length == 0)
        {
            return;
        }

        double[] sorted = [.. data.Order()];
        if (Outline(sorted) is { } outline)
        {
            var scale = half / outline.Max(point => point.Density);
            var right = outline.Select(point => new Coordinates(center + (scale * point.Density), point.Value));
            var left = outline.Reverse().Select(point => new Coordinates(center - (scale * point.Density), point.Value));
            var body = plot.Add.Polygon(right.Concat(left).ToArray());
            (body.FillColor, body.LineColor, body.LineWidth) = (color.WithAlpha(0.3), color, 1);
        }

        // Dots spread a little by their rank, the same way in every report.
        var dots = plot.Add.ScatterPoints(
            sorted.Select((_, i) => center + (0.25 * half * (((i * 7) % 5) - 2) / 2)).ToArray(), sorted, color.WithAlpha(0.55));
        dots.MarkerSize = data.Length > 100 ? 2.5f : 4;
        var median = Bootstrap.Percentile(sorted, 0.5);
        var bar = plot.Add.Line(center - (0.6 * half), median, center + (0.6 * half), median);
        (bar.LineColor, bar.LineWidth) = (ChartStyle.Ink, 2.5f);
    }

    // Null where there are too few data for a shape, or all are equal.
    private static (double Value, double Density)[]? Outline(double[] sorted)
    {
        var n = sorted.Length;
        var mean = sorted.Average();
        var deviation = n < 5 ? 0 : Math.Sqrt(sorted.Sum(v => (v - mean) * (v - mean)) / (n - 1));
        var quartiles = (Bootstrap.Percentile(sorted, 0.75) - Bootstrap.Percentile(sorted, 0.25)) / 1.349;
        var bandwidth = 0.9 * (quartiles > 0 ? Math.Min(deviation, quartiles) : deviation) * Math.Pow(n, -0.2);
        if (bandwidth <= 0)
        {
            return null;
        }

        double Kernel(double distance) => Math.Exp(-distance * distance / (2 * bandwidth * bandwidth));
        return
        [
            .. Enumerable.Range(0, Steps + 1).Select(i => i * sorted[^1] / Steps)
                .Select(value => (value, sorted.Sum(v => Kernel(value - v) + Kernel(value + v)))),
        ];
    }
}
