using ScottPlot;
using ScottPlot.TickGenerators;

namespace Migrate.Evaluation;

/// <summary>Pictures of the report that are lines or dots over two axes. 440 × 360 pixels.</summary>
internal static class Curves
{
    private const int Width = 440;
    private const int Height = 360;

    /// <summary>MAE against the size of the training set, with error bars; the sizes are evenly spaced in their logarithm.</summary>
    public static Picture LearningCurve(IReadOnlyList<(string Name, IReadOnlyList<LearningCurvePoint> Points)> curves)
    {
        var plot = ChartStyle.NewPlot("training paths", "MAE / eV");
        for (var s = 0; s < curves.Count; s++)
        {
            double[] x = [.. curves[s].Points.Select(p => Math.Log(p.TrainSize))];
            var line = plot.Add.Scatter(x, curves[s].Points.Select(p => p.Mae).ToArray(), ChartStyle.Series(s));
            (line.LineWidth, line.MarkerSize, line.LegendText) = (2, 8, curves[s].Name);
            foreach (var (point, i) in curves[s].Points.Select((point, i) => (point, i)).Where(p => p.point.StandardError > 0))
            {
                var bar = plot.Add.Line(x[i], point.Mae - point.StandardError, x[i], point.Mae + point.StandardError);
                (bar.LineColor, bar.LineWidth) = (ChartStyle.Series(s), 1.5f);
            }
        }

        int[] sizes = [.. curves.SelectMany(c => c.Points).Select(p => p.TrainSize).Distinct().Order()];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. sizes.Select(size => Math.Log(size))], [.. sizes.Select(size => $"{size}")]);
        var top = curves.SelectMany(c => c.Points).Max(p => p.Mae + (double.IsNaN(p.StandardError) ? 0 : p.StandardError));
        plot.Axes.SetLimits(Math.Log(sizes[0]) - 0.15, Math.Log(sizes[^1]) + 0.15, 0, 1.25 * Math.Max(top, 0.01));
        ChartStyle.ShowLegend(plot, Alignment.UpperRight);
        return Picture.Of(plot, Width, Height);
    }

    /// <summary>Spread of the predictions against the true spread of the barriers of each structure.</summary>
    public static Picture Spreads(IReadOnlyList<(string Name, PathDistinction Distinction)> rows)
    {
        var plot = ChartStyle.NewPlot("spread of expected barriers / eV", "spread of predictions / eV");
        var all = rows.SelectMany(row => row.Distinction.Spreads).ToList();
        var (right, top) = (1.05 * all.Max(s => s.Expected), 1.15 * Math.Max(all.Max(s => s.Predicted), 0.01));
        var (equal, quarter) = (plot.Add.Line(0, 0, right, right), plot.Add.Line(0, 0, right, PathDistinction.RequiredShare * right));
        (equal.LineColor, quarter.LineColor, equal.LegendText, quarter.LegendText) = (ChartStyle.Guide, ChartStyle.Grid.Darken(0.2), "equal", "a quarter");
        for (var s = 0; s < rows.Count; s++)
        {
            var spreads = rows[s].Distinction.Spreads;
            var dots = plot.Add.ScatterPoints(spreads.Select(p => p.Expected).ToArray(), spreads.Select(p => p.Predicted).ToArray(), ChartStyle.Series(s).WithAlpha(0.65));
            (dots.MarkerSize, dots.LegendText) = (6, rows[s].Name);
        }

        plot.Axes.SetLimits(0, right, 0, Math.Max(top, 0.3 * right));
        ChartStyle.ShowLegend(plot, Alignment.UpperLeft);
        return Picture.Of(plot, Width, Height);
    }

    /// <summary>Share covered against the nominal level of prediction intervals.</summary>
    public static Picture Calibration(IReadOnlyList<(string Name, IntervalReliability Reliability)> rows)
    {
        var plot = ChartStyle.NewPlot("nominal level", "share covered");
        var guide = plot.Add.Line(0, 0, 1, 1);
        (guide.LineColor, guide.LegendText) = (ChartStyle.Guide, "calibrated");
        for (var s = 0; s < rows.Count; s++)
        {
            var points = rows[s].Reliability.Calibration;
            var line = plot.Add.Scatter(points.Select(p => p.Level).ToArray(), points.Select(p => p.Covered).ToArray(), ChartStyle.Series(s));
            (line.LineWidth, line.MarkerSize, line.LegendText) = (2, 7, rows[s].Name);
        }

        plot.Axes.SetLimits(0, 1.02, 0, 1.02);
        ChartStyle.ShowLegend(plot, Alignment.UpperLeft);
        return Picture.Of(plot, Width, Height);
    }
}
