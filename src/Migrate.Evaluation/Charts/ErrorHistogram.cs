using ScottPlot;

namespace Migrate.Evaluation;

/// <summary>How often which size of error occurs, in bins of 0.05 eV; the last holds all that is larger. 440 × 300 pixels.</summary>
internal static class ErrorHistogram
{
    private const double Width = 0.05;
    private const int Bins = 21;

    /// <param name="title">In the corner.</param>
    /// <param name="errors">Sizes of the errors, eV.</param>
    /// <param name="series">Colour, a place in the palette.</param>
    public static Picture Draw(string title, IReadOnlyList<double> errors, int series)
    {
        var plot = ChartStyle.NewPlot("absolute error / eV", "paths");
        var counts = new int[Bins];
        foreach (var error in errors)
        {
            // A bin takes its lower edge; 0.1 / 0.05 must not fall below 2.
            counts[Math.Min((int)((error / Width) + 1e-9), Bins - 1)]++;
        }

        var bars = plot.Add.Bars(counts.Select((count, b) => new Bar
        {
            Position = (b + 0.5) * Width,
            Value = count,
            Size = 0.92 * Width,
            LineWidth = 0,
            FillColor = ChartStyle.Series(series).WithAlpha(b * Width < RegressionMetrics.SmallError - 1e-9 ? 1 : b * Width < RegressionMetrics.LargeError - 1e-9 ? 0.7 : 0.4),
        }).ToArray());
        var note = plot.Add.Annotation(title, Alignment.UpperRight);
        (note.LabelFontSize, note.LabelFontColor) = (ChartStyle.FontSize, ChartStyle.Ink);
        (note.LabelBackgroundColor, note.LabelBorderWidth, note.LabelShadowColor) = (Colors.Transparent, 0, Colors.Transparent);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([0, 0.1, 0.3, 0.5, 0.75, 1 + (Width / 2)], ["0", "0.1", "0.3", "0.5", "0.75", "> 1"]);
        plot.Axes.SetLimits(0, Bins * Width, 0, 1.1 * Math.Max(1, counts.Max()));
        plot.MoveToTop(bars);
        return Picture.Of(plot, 440, 300);
    }
}
