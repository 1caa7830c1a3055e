using ScottPlot.TickGenerators;

namespace Migrate.Evaluation;

/// <summary>Pictures of the report that are lines or dots over two axes. 440 × 360 pixels; series s has the colour of that place in the palette.</summary>
internal static class Curves
{
    private const int Width = 440;
    private const int Height = 360;

    /// <summary>MAE against the size of the training set, with error bars; the sizes are evenly spaced in their logarithm.</summary>
    public static Picture LearningCurve(IReadOnlyList<IReadOnlyList<LearningCurvePoint>> curves)
    {
        var plot = ChartStyle.NewPlot("training paths", "MAE / eV");
        for (var s = 0; s < curves.Count; s++)
        {
            double[] x = [.. curves[s].Select(p => Math.Log(p.TrainSize))];
            var line = plot.Add.Scatter(x, curves[s].Select(p => p.Mae).ToArray(), ChartStyle.Series(s));
            (line.LineWidth, line.MarkerSize) = (2, 8);
            foreach (var (point, i) in curves[s].Select((point, i) => (point, i)).Where(p => p.point.StandardError > 0))
            {
                var bar = plot.Add.Line(x[i], point.Mae - point.StandardError, x[i], point.Mae + point.StandardError);
                (bar.LineColor, bar.LineWidth) = (ChartStyle.Series(s), 1.5f);
            }
        }

        int[] sizes = [.. curves.SelectMany(c => c).Select(p => p.TrainSize).Distinct().Order()];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. sizes.Select(size => Math.Log(size))], [.. sizes.Select(size => $"{size}")]);
        var top = curves.SelectMany(c => c).Max(p => p.Mae + (double.IsNaN(p.StandardError) ? 0 : p.StandardError));
        plot.Axes.SetLimits(Math.Log(sizes[0]) - 0.15, Math.Log(sizes[^1]) + 0.15, 0, 1.1 * Math.Max(top, 0.01));
        return Picture.Of(plot, Width, Height);
    }

    /// <summary>
    /// Spread of the predictions against the true spread of the barriers of each structure, both logarithmic from 1 meV, with the lines of
    /// equal spread and of <see cref="PathDistinction.RequiredShare"/>.
    /// </summary>
    public static Picture Spreads(IReadOnlyList<PathDistinction> rows)
    {
        var plot = ChartStyle.NewPlot("spread of expected barriers / eV", "spread of predictions / eV");
        static double Place(double spread) => Math.Log10(Math.Max(spread, PathDistinction.Resolution));
        var (low, high) = (Place(0) - 0.1, rows.SelectMany(row => row.Spreads).Max(s => Place(Math.Max(s.Expected, s.Predicted))) + 0.1);
        var required = Math.Log10(PathDistinction.RequiredShare);
        var (equal, quarter) = (plot.Add.Line(low, low, high, high), plot.Add.Line(low, low + required, high, high + required));
        (equal.LineColor, quarter.LineColor) = (ChartStyle.Guide, ChartStyle.Guide);
        for (var s = 0; s < rows.Count; s++)
        {
            var dots = plot.Add.ScatterPoints(
                rows[s].Spreads.Select(p => Place(p.Expected)).ToArray(), rows[s].Spreads.Select(p => Place(p.Predicted)).ToArray(), ChartStyle.Series(s).WithAlpha(0.65));
            dots.MarkerSize = 6;
        }

        string[] labels = ["0.001", "0.01", "0.1", "1", "10"];
        plot.Axes.Bottom.TickGenerator = new NumericManual([-3, -2, -1, 0, 1], labels);
        plot.Axes.Left.TickGenerator = new NumericManual([-3, -2, -1, 0, 1], labels);
        plot.Axes.SetLimits(low, high, low, high);
        return Picture.Of(plot, Width, Height);
    }

    /// <summary>Share covered against the nominal level of prediction intervals.</summary>
    public static Picture Calibration(IReadOnlyList<IntervalReliability> rows)
    {
        var plot = ChartStyle.NewPlot("nominal level", "share covered");
        var guide = plot.Add.Line(0, 0, 1, 1);
        guide.LineColor = ChartStyle.Guide;
        for (var s = 0; s < rows.Count; s++)
        {
            var points = rows[s].Calibration;
            var line = plot.Add.Scatter(points.Select(p => p.Level).ToArray(), points.Select(p => p.Covered).ToArray(), ChartStyle.Series(s));
            (line.LineWidth, line.MarkerSize) = (2, 7);
        }

        plot.Axes.SetLimits(0, 1.02, 0, 1.02);
        return Picture.Of(plot, Width, Height);
    }
}
