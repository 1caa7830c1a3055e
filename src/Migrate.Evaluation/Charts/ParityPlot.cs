using System.Globalization;

namespace Migrate.Evaluation;

/// <summary>
/// Predicted against expected values, one dot each, with the line of perfect prediction, histograms of both along the edges, and
/// R² and MAE in the corner (the paper's parity plots). Both axes cover the same range. 640 × 640 pixels.
/// </summary>
public sealed class ParityPlot
{
    private const int PictureSize = 640;
    private const double HistogramHeight = 60;
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

    /// <summary>Writes the plot as PNG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SavePng(string path)
    {
        var canvas = new RasterCanvas(PictureSize, PictureSize);
        Draw(canvas);
        canvas.Save(path);
    }

    /// <summary>Writes the plot as SVG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SaveSvg(string path)
    {
        var canvas = new SvgCanvas(PictureSize, PictureSize);
        Draw(canvas);
        canvas.Save(path);
    }

    private void Draw(ICanvas canvas)
    {
        var axis = ChartAxis.Covering(_expected.Concat(_predicted));
        var frame = new ChartFrame(80, 46 + HistogramHeight, 480, 480, axis, axis);
        canvas.Rectangle(0, 0, PictureSize, PictureSize, ChartColor.Paper);
        canvas.Text(_title, frame.Left + (frame.Width / 2), 28, 18, TextAnchor.Middle);
        frame.Draw(canvas, $"expected {_quantity}", $"predicted {_quantity}");
        canvas.Polyline([frame.Place(axis.Low, axis.Low), frame.Place(axis.High, axis.High)], ChartColor.Guide, 1.5, dashed: true);
        for (var i = 0; i < _expected.Count; i++)
        {
            var (x, y) = frame.Place(_expected[i], _predicted[i]);
            canvas.Circle(x, y, 4.5, ChartColor.Paper);
            canvas.Circle(x, y, 3.5, ChartColor.Series(0));
        }

        DrawHistograms(canvas, frame);
        string Number(double value) => Estimate.Format(value);
        canvas.Text($"R² = {Number(_metrics.R2)}", frame.Left + 14, frame.Top + 26, 15);
        canvas.Text($"MAE = {Number(_metrics.Mae)}", frame.Left + 14, frame.Top + 48, 15);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"n = {_metrics.Count}"), frame.Left + 14, frame.Top + 70, 15);
    }

    // Bars along the upper edge for the expected and along the right edge for the predicted values, on one common scale.
    private void DrawHistograms(ICanvas canvas, ChartFrame frame)
    {
        var (across, up) = (Histogram(_expected, frame.X), Histogram(_predicted, frame.Y));
        var scale = (HistogramHeight - 8) / Math.Max(across.Max(), up.Max());
        var bin = frame.Width / Bins;
        for (var b = 0; b < Bins; b++)
        {
            canvas.Rectangle(frame.Left + (b * bin), frame.Top - (across[b] * scale), bin - 1, across[b] * scale, ChartColor.Series(0));
            canvas.Rectangle(frame.Right + 1, frame.Bottom - ((b + 1) * bin), up[b] * scale, bin - 1, ChartColor.Series(1));
        }
    }

    private static int[] Histogram(IReadOnlyList<double> values, ChartAxis axis)
    {
        var counts = new int[Bins];
        foreach (var value in values)
        {
            counts[Math.Clamp((int)(axis.Position(value) * Bins), 0, Bins - 1)]++;
        }

        return counts;
    }
}
