using ScottPlot;

namespace Migrate.Evaluation;

/// <summary>The energy along a band: a curve, and its images as dots. 800 × 500 pixels, twice that as PNG.</summary>
/// <param name="title">Above the chart.</param>
/// <param name="curve">Points of the curve: length along the band, Å, and energy, eV.</param>
/// <param name="images">The images.</param>
public sealed class EnergyProfile(string title, IReadOnlyList<(double Length, double Energy)> curve, IReadOnlyList<(double Length, double Energy)> images)
{
    private const int PictureWidth = 800, PictureHeight = 500;

    /// <summary>Writes the chart as PNG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SavePng(string path) => Draw().SavePng(path);

    /// <summary>Writes the chart as SVG, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void SaveSvg(string path) => Draw().SaveSvg(path, title);

    private Picture Draw()
    {
        var plot = ChartStyle.NewPlot("length along the band / Å", "energy / eV");
        plot.Title(title, 16);
        var line = plot.Add.ScatterLine(curve.Select(p => p.Length).ToArray(), curve.Select(p => p.Energy).ToArray(), ChartStyle.Series(0));
        line.LineWidth = 2;
        var dots = plot.Add.ScatterPoints(images.Select(p => p.Length).ToArray(), images.Select(p => p.Energy).ToArray(), ChartStyle.Series(0));
        dots.MarkerSize = 9;
        dots.MarkerShape = MarkerShape.FilledCircle;
        return Picture.Of(plot, PictureWidth, PictureHeight);
    }
}
