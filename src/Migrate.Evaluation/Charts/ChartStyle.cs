using ScottPlot;
using SkiaSharp;

namespace Migrate.Evaluation;

/// <summary>How every picture looks: one palette, quiet axes, a font that is on the machine.</summary>
internal static class ChartStyle
{
    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Grid = Color.FromHex("#e4e4e4");
    public static readonly Color Guide = Color.FromHex("#8a8a8a");
    public const float FontSize = 13;

    // Okabe and Ito's palette, told apart by colour-blind readers.
    private static readonly Color[] Palette =
        [.. new[] { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9" }.Select(hex => Color.FromHex(hex))];

    // Plain letters first; they are measured for the layout even where the reader's program then shows others.
    private static readonly string[] Fonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"];

    /// <summary>Name of the font for measuring and drawing; null where the machine has none, so that pictures have no words.</summary>
    public static string? Font { get; } = FindFont();

    /// <summary>The colour of the n-th series; they repeat.</summary>
    public static Color Series(int index) => Palette[index % Palette.Length];

    /// <summary>An empty plot with titles at its axes.</summary>
    public static Plot NewPlot(string xTitle, string yTitle)
    {
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.XLabel(xTitle, FontSize);
        plot.YLabel(yTitle, FontSize);
        plot.Axes.Frame(false);
        plot.Axes.Bottom.FrameLineStyle.IsVisible = true;
        plot.Axes.Left.FrameLineStyle.IsVisible = true;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Grid;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.MinorTickStyle.Length = 0;
            axis.TickLabelStyle.FontSize = FontSize;
        }

        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        if (Font is not null)
        {
            plot.Font.Set(Font);
        }

        return plot;
    }

    /// <summary>The key, in a quiet frame.</summary>
    public static void ShowLegend(Plot plot, Alignment place)
    {
        var legend = plot.ShowLegend(place);
        legend.FontSize = FontSize;
        legend.OutlineColor = Grid;
        legend.ShadowColor = Colors.Transparent;
        legend.BackgroundColor = Colors.White.WithAlpha(0.85);
        legend.SymbolWidth = 16;
    }

    private static string? FindFont()
    {
        // Without fonts Skia still lists a family, whose letters are all missing.
        static bool HasLetters(string family)
        {
            using var typeface = SKTypeface.FromFamilyName(family);
            return typeface?.ContainsGlyph('M') == true;
        }

        var known = SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Fonts.Where(known.Contains).Concat(known.Order(StringComparer.Ordinal)).FirstOrDefault(HasLetters);
    }
}
