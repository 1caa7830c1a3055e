namespace Migrate.Evaluation;

/// <summary>How a text sits at its point.</summary>
internal enum TextAnchor
{
    /// <summary>The text begins at the point.</summary>
    Start,

    /// <summary>The text is centred on the point.</summary>
    Middle,

    /// <summary>The text ends at the point.</summary>
    End,
}

/// <summary>
/// What a chart draws on. Coordinates are in pixels, x to the right, y down, origin at the top left. Later things cover earlier ones.
/// The same calls make a picture of points (PNG) and one of shapes (SVG), so both show the same.
/// </summary>
internal interface ICanvas
{
    /// <summary>A line through the points, with round ends.</summary>
    void Polyline(IReadOnlyList<(double X, double Y)> points, ChartColor color, double width, bool dashed = false);

    /// <summary>A filled rectangle.</summary>
    void Rectangle(double x, double y, double width, double height, ChartColor color);

    /// <summary>A filled circle.</summary>
    void Circle(double x, double y, double radius, ChartColor color);

    /// <summary>A line of text.</summary>
    /// <param name="text">What to write.</param>
    /// <param name="x">Of the anchor.</param>
    /// <param name="y">Of the base line.</param>
    /// <param name="size">Height of the letters with their ascenders and descenders, pixels.</param>
    /// <param name="anchor">Which part of the text sits at the point.</param>
    /// <param name="upward">Reads from bottom to top.</param>
    void Text(string text, double x, double y, double size, TextAnchor anchor = TextAnchor.Start, bool upward = false);
}
