using System.Globalization;
using ScottPlot;

namespace Migrate.Evaluation;

/// <summary>
/// Predicted against expected values, one dot each, with the line of perfect prediction, histograms of both along the edges, and
/// R² and MAE in the corner (the paper's parity plots). Both axes cover the same range. 440 × 440 pixels, twice that as PNG.
/// </summary>
public sealed class ParityPlot
{
    private const int Size = 440;
    private const int Margin = 60;
    private const int Histogram = 56;
    private const int Bins = 30;

    private readonly string _title, _quantity;
    private readonly IReadOnlyList<double> _expected, _predicted;
    private readonly RegressionMetrics _metrics;

    /// <summary>A plot of paired values.</summary>
    /// <param name="title">Above the plot.</param>
    /// <param name="quantity">What the axes show, with unit: "migration barrier / eV".</param>
    /// <param name="expected">[n] reference values, the horizontal axis.</param>
    /// <param name="predicted">[n] predictions, the vertical axis, same order.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a value is not finite.</exception>
    public ParityPlot(string title, string quantity, IReadOnlyList<double> expected, IReadOnlyList<double> predicted)
    {
        _metrics = RegressionMetrics.Compute(expected, predicted);
        (_title, _quantity, _expected, _predicted) = (title, quantity, expected, predicted);
    }

    /// <summary>Colour of the dots, a place in the palette.</summary>
    internal int Series { get; init; }

    /// <summary>Writes the plot as PNG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SavePng(string path) => Draw().SavePng(path);

    /// <summary>Writes the plot as SVG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SaveSvg(string path) => Draw().SaveSvg(path, _title);

    internal Picture Draw()
    {
        var (low, high) = Range();
        // Three plots that share their edges: their data areas are fixed, so that they meet.
        var side = Size - Margin - Histogram;
        return new Picture(Size, Size)
            .Add(Edge(_expected, low, high, upright: true), 0, 0, Size - Histogram, Histogram)
            .Add(Edge(_predicted, low, high, upright: false), Size - Histogram, Histogram, Histogram, side + Margin)
            .Add(Dots(low, high), 0, Histogram, Margin + side, side + Margin);
    }

    private (double Low, double High) Range()
    {
        var all = _expected.Concat(_predicted).ToList();
        var (low, high) = (Math.Min(0, all.Min()), all.Max());
        var room = Math.Max(0.03 * (high - low), 1e-3);
        return (low < 0 ? low - room : low, high + room);
    }

    private Plot Dots(double low, double high)
    {
        var plot = ChartStyle.NewPlot($"expected {_quantity}", $"predicted {_quantity}");
        plot.Layout.Fixed(new PixelPadding(Margin, 0, Margin, 0));
        var guide = plot.Add.Line(low, low, high, high);
        guide.LineColor = ChartStyle.Guide;
        var dots = plot.Add.ScatterPoints(_expected.ToArray(), _predicted.ToArray(), ChartStyle.Series(Series).WithAlpha(_expected.Count > 200 ? 0.45 : 0.7));
        dots.MarkerSize = _expected.Count > 200 ? 5 : 7;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{_title}\nR² = {Estimate.Format(_metrics.R2)}\nMAE = {Estimate.Format(_metrics.Mae)}\nn = {_metrics.Count}");
        var note = plot.Add.Annotation(text, Alignment.UpperLeft);
        (note.LabelFontSize, note.LabelFontColor) = (ChartStyle.FontSize, ChartStyle.Ink);
        (note.LabelBackgroundColor, note.LabelBorderWidth, note.LabelShadowColor) = (Colors.White.WithAlpha(0.7), 0, Colors.Transparent);
        plot.Axes.SetLimits(low, high, low, high);
        return plot;
    }

    // The histogram along the upper edge, or along the right one.
    private Plot Edge(IReadOnlyList<double> values, double low, double high, bool upright)
    {
        var plot = ChartStyle.NewPlot("", "");
        plot.Layout.Fixed(upright ? new PixelPadding(Margin, 0, 0, 4) : new PixelPadding(0, 4, Margin, 0));
        plot.Axes.Frameless();
        plot.HideGrid();
        var counts = new int[Bins];
        var width = (high - low) / Bins;
        foreach (var value in values)
        {
            counts[Math.Clamp((int)((value - low) / width), 0, Bins - 1)]++;
        }

        var bars = plot.Add.Bars(counts.Select((count, b) => new Bar
        {
            Position = low + ((b + 0.5) * width),
            Value = count,
            Size = width * 0.92,
            LineWidth = 0,
            FillColor = upright ? ChartStyle.Guide : ChartStyle.Series(Series),
        }).ToArray());
        bars.Horizontal = !upright;
        var top = Math.Max(1, counts.Max());
        plot.Axes.SetLimits(upright ? low : 0, upright ? high : top, upright ? 0 : low, upright ? top : high);
        plot.Layout.Fixed(upright ? new PixelPadding(Margin, 0, 0, 4) : new PixelPadding(0, 4, Margin, 0));
        return plot;
    }
}
