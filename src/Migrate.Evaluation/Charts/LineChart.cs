using ScottPlot;
using ScottPlot.TickGenerators;

namespace Migrate.Evaluation;

/// <summary>Lines over a common abscissa, for instance training curves. 800 × 500 pixels, twice that as PNG.</summary>
public sealed class LineChart
{
    private const int PictureWidth = 800;
    private const int PictureHeight = 500;

    // Beyond it ticks and pixels of a plot are no longer finite.
    private const double Largest = 1e100;

    private readonly string _title, _xTitle, _yTitle;
    private readonly IReadOnlyList<ChartSeries> _series;

    /// <summary>A chart of some series.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="xTitle">What the horizontal axis shows, with unit.</param>
    /// <param name="yTitle">What the vertical axis shows, with unit.</param>
    /// <param name="series">The lines; values that are not finite, or beyond ±1e100, are gaps.</param>
    /// <exception cref="ArgumentException">A series has more abscissae than ordinates, or fewer.</exception>
    public LineChart(string title, string xTitle, string yTitle, IReadOnlyList<ChartSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var line in series.Where(line => line.X.Count != line.Y.Count))
        {
            throw new ArgumentException($"series \"{line.Name}\" has {line.X.Count} abscissae but {line.Y.Count} ordinates; they must pair up");
        }

        (_title, _xTitle, _yTitle, _series) = (title, xTitle, yTitle, series);
    }

    /// <summary>Writes the chart as PNG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SavePng(string path) => Draw().SavePng(path);

    /// <summary>Writes the chart as SVG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SaveSvg(string path) => Draw().SaveSvg(path, _title);

    private Picture Draw()
    {
        var plot = ChartStyle.NewPlot(_xTitle, _yTitle);
        plot.Title(_title, 16);
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = _series.SelectMany(s => s.X).All(v => v == Math.Floor(v)) };
        for (var s = 0; s < _series.Count; s++)
        {
            var line = plot.Add.ScatterLine(
                _series[s].X.ToArray(), _series[s].Y.Select(y => Math.Abs(y) < Largest ? y : double.NaN).ToArray(), ChartStyle.Series(s));
            line.LineWidth = 2;
            line.LegendText = _series[s].Name;
            // A line of one point would not be seen.
            line.MarkerSize = _series[s].Y.Count(y => Math.Abs(y) < Largest) == 1 ? 6 : 0;
        }

        // Top right: errors fall with the epochs, so that corner is the emptiest.
        if (_series.Count > 0)
        {
            ChartStyle.ShowLegend(plot, Alignment.UpperRight);
        }

        return Picture.Of(plot, PictureWidth, PictureHeight);
    }
}
