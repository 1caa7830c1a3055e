using ScottPlot;
using ScottPlot.TickGenerators;

namespace Migrate.Evaluation;

/// <summary>One value of a <see cref="DotPlot"/>.</summary>
/// <param name="Line">Which line it stands on, from the top, 0 the first.</param>
/// <param name="Series">Its colour, a place in the palette; −1 is grey.</param>
/// <param name="Value">Where the dot is; NaN shows nothing.</param>
/// <param name="Low">Left end of its bar.</param>
/// <param name="High">Right end of its bar.</param>
internal readonly record struct Dot(int Line, int Series, double Value, double Low, double High);

/// <summary>Values with error bars on named lines, one below the other: easier to compare than bars. 620 pixels wide.</summary>
internal static class DotPlot
{
    private const int Width = 620;

    /// <param name="xTitle">What is shown, with unit.</param>
    /// <param name="lines">Names of the lines, from the top.</param>
    /// <param name="dots">The values; those on one line are set side by side in the order of their series.</param>
    /// <param name="seriesCount">Series that share each line; 1 where every line has one dot.</param>
    /// <param name="fromZero">The axis starts at 0 (sizes), or a line marks 0 (differences).</param>
    public static Picture Draw(string xTitle, IReadOnlyList<string> lines, IReadOnlyList<Dot> dots, int seriesCount, bool fromZero = true)
    {
        var plot = ChartStyle.NewPlot(xTitle, "");
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.TickGenerator = new NumericManual([.. lines.Select((_, i) => -(double)i)], [.. lines]);
        var several = seriesCount > 1;
        foreach (var dot in dots.Where(dot => double.IsFinite(dot.Value)))
        {
            var color = dot.Series < 0 ? ChartStyle.Guide : ChartStyle.Series(dot.Series);
            var y = -dot.Line - (several ? 0.6 * (((dot.Series + 0.5) / seriesCount) - 0.5) : 0);
            var bar = plot.Add.Line(double.IsNaN(dot.Low) ? dot.Value : dot.Low, y, double.IsNaN(dot.High) ? dot.Value : dot.High, y);
            (bar.LineColor, bar.LineWidth) = (color, 2);
            plot.Add.Marker(dot.Value, y, MarkerShape.FilledCircle, several ? 7 : 9, color);
        }

        var shown = dots.Where(dot => double.IsFinite(dot.Value)).SelectMany(dot => new[] { dot.Value, dot.Low, dot.High }).Where(double.IsFinite).Append(0).ToList();
        var (low, high) = (shown.Min(), shown.Max());
        var room = Math.Max(0.05 * (high - low), 1e-3);
        plot.Axes.SetLimits(fromZero && low >= 0 ? 0 : low - room, high + room, 0.6 - lines.Count, 0.6);
        if (!fromZero)
        {
            var zero = plot.Add.VerticalLine(0, 1.5f, ChartStyle.Guide);
            plot.MoveToBottom(zero);
        }

        var perLine = several ? 14 + (9 * seriesCount) : 26;
        return Picture.Of(plot, Width, (perLine * lines.Count) + 60);
    }
}
