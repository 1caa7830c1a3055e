namespace Migrate.Evaluation;

/// <summary>Lines over a common axis, such as the errors of a training run over its epochs. 800 × 500 pixels.</summary>
public sealed class LineChart
{
    private const int PictureWidth = 800;
    private const int PictureHeight = 500;
    private const double LegendSize = 14;

    private readonly string _title, _xTitle, _yTitle;
    private readonly IReadOnlyList<ChartSeries> _series;

    /// <summary>A chart of some series.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="xTitle">Title of the horizontal axis, with unit.</param>
    /// <param name="yTitle">Title of the vertical axis, with unit.</param>
    /// <param name="series">Lines, in the order of the legend.</param>
    /// <exception cref="ArgumentException">The x and y of a series have different lengths.</exception>
    public LineChart(string title, string xTitle, string yTitle, IReadOnlyList<ChartSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var line in series)
        {
            if (line.X.Count != line.Y.Count)
            {
                throw new ArgumentException($"series \"{line.Name}\" has {line.X.Count} x but {line.Y.Count} y values");
            }
        }

        (_title, _xTitle, _yTitle, _series) = (title, xTitle, yTitle, series);
    }

    /// <summary>Equal ratios are equally high; values that are not positive are left out.</summary>
    public bool LogarithmicY { get; init; }

    /// <summary>Writes the chart as PNG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SavePng(string path)
    {
        var canvas = new RasterCanvas(PictureWidth, PictureHeight);
        Draw(canvas);
        canvas.Save(path);
    }

    /// <summary>Writes the chart as SVG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SaveSvg(string path)
    {
        var canvas = new SvgCanvas(PictureWidth, PictureHeight);
        Draw(canvas);
        canvas.Save(path);
    }

    private void Draw(ICanvas canvas)
    {
        var xs = _series.SelectMany(s => s.X).ToList();
        var x = ChartAxis.Covering(xs, whole: xs.TrueForAll(v => v == Math.Floor(v)));
        var y = ChartAxis.Covering(_series.SelectMany(s => s.Y), LogarithmicY);
        var frame = new ChartFrame(80, 46, PictureWidth - 110, PictureHeight - 106, x, y);
        canvas.Rectangle(0, 0, PictureWidth, PictureHeight, ChartColor.Paper);
        canvas.Text(_title, frame.Left + (frame.Width / 2), 28, 18, TextAnchor.Middle);
        frame.Draw(canvas, _xTitle, _yTitle);
        for (var s = 0; s < _series.Count; s++)
        {
            foreach (var run in Runs(_series[s], frame))
            {
                canvas.Polyline(run, ChartColor.Series(s), 2);
            }
        }

        DrawLegend(canvas, frame);
    }

    // The stretches of a line between its gaps.
    private static IEnumerable<IReadOnlyList<(double X, double Y)>> Runs(ChartSeries series, ChartFrame frame)
    {
        var run = new List<(double X, double Y)>();
        for (var i = 0; i < series.X.Count; i++)
        {
            if (frame.X.Shows(series.X[i]) && frame.Y.Shows(series.Y[i]))
            {
                run.Add(frame.Place(series.X[i], series.Y[i]));
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    // Top right: errors fall with the epochs, so that corner is the emptiest.
    private void DrawLegend(ICanvas canvas, ChartFrame frame)
    {
        if (_series.Count == 0)
        {
            return;
        }

        var width = 62 + (_series.Max(s => StrokeFont.Width(s.Name)) * LegendSize / StrokeFont.Height);
        var (left, top, height) = (frame.Right - width - 10, frame.Top + 10, (22 * _series.Count) + 10);
        canvas.Rectangle(left, top, width, height, ChartColor.Paper);
        canvas.Polyline([(left, top), (left + width, top), (left + width, top + height), (left, top + height), (left, top)], ChartColor.Guide, 1);
        for (var s = 0; s < _series.Count; s++)
        {
            var y = top + 16 + (22 * s);
            canvas.Polyline([(left + 10, y), (left + 40, y)], ChartColor.Series(s), 2.5);
            canvas.Text(_series[s].Name, left + 50, y + 5, LegendSize);
        }
    }
}
