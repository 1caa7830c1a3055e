namespace Migrate.Evaluation;

/// <summary>
/// Draws into a picture of points. Edges are smoothed by coverage: a point takes as much of a shape's colour as the shape reaches
/// over it, estimated from the distance of its centre to the shape's edge. Text is drawn with <see cref="StrokeFont"/>, so
/// that pictures have labels on a server without any font.
/// </summary>
internal sealed class RasterCanvas : ICanvas
{
    // Points per pixel of the canvas, each way: pictures stay sharp on dense screens and in print.
    private const int Scale = 2;

    private readonly int _width, _height;
    private readonly byte[] _pixels; // [height, width, 3] red, green, blue

    public RasterCanvas(int width, int height)
    {
        (_width, _height) = (width * Scale, height * Scale);
        _pixels = new byte[_width * _height * 3];
        Array.Fill(_pixels, (byte)0xff);
    }

    public void Polyline(IReadOnlyList<(double X, double Y)> points, ChartColor color, double width, bool dashed = false)
    {
        if (points.Count == 1)
        {
            Segment(points[0], points[0], color, width / 2);
        }

        for (var i = 1; i < points.Count; i++)
        {
            foreach (var (from, to) in dashed ? Dashes(points[i - 1], points[i]) : [(points[i - 1], points[i])])
            {
                Segment(from, to, color, width / 2);
            }
        }
    }

    public void Rectangle(double x, double y, double width, double height, ChartColor color)
    {
        // On whole points, so that neighbouring bars share an edge without a seam.
        var (left, right) = (Math.Max(0, Point(x)), Math.Min(_width, Point(x + width)));
        var (top, bottom) = (Math.Max(0, Point(y)), Math.Min(_height, Point(y + height)));
        for (var row = top; row < bottom; row++)
        {
            for (var column = left; column < right; column++)
            {
                Blend(column, row, color, 1);
            }
        }
    }

    public void Circle(double x, double y, double radius, ChartColor color) => Segment((x, y), (x, y), color, radius);

    public void Text(string text, double x, double y, double size, TextAnchor anchor = TextAnchor.Start, bool upward = false)
    {
        var unit = size / StrokeFont.Height;
        var start = anchor switch { TextAnchor.Start => 0.0, TextAnchor.Middle => -0.5, _ => -1 } * StrokeFont.Width(text) * unit;
        foreach (var stroke in StrokeFont.Strokes(text))
        {
            // A glyph's y points up from the base line.
            (double X, double Y) Place((double X, double Y) p) => upward
                ? (x - (p.Y * unit), y - start - (p.X * unit))
                : (x + start + (p.X * unit), y - (p.Y * unit));
            Polyline([.. stroke.Select(Place)], ChartColor.Ink, Math.Max(1.1, size / 11));
        }
    }

    public void Save(string path) => AtomicFile.Write(path, stream => PngEncoder.Write(stream, _width, _height, _pixels));

    private static int Point(double pixel) => (int)Math.Round(pixel * Scale);

    private static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Dashes((double X, double Y) from, (double X, double Y) to)
    {
        const double dash = 6, gap = 4;
        var length = Math.Sqrt(((to.X - from.X) * (to.X - from.X)) + ((to.Y - from.Y) * (to.Y - from.Y)));
        (double X, double Y) At(double s) => (from.X + ((to.X - from.X) * s / length), from.Y + ((to.Y - from.Y) * s / length));
        for (var s = 0.0; s < length; s += dash + gap)
        {
            yield return (At(s), At(Math.Min(length, s + dash)));
        }
    }

    // All points within `radius` (pixels) of the line from a to b.
    private void Segment((double X, double Y) a, (double X, double Y) b, ChartColor color, double radius)
    {
        var (ax, ay, bx, by, reach) = (a.X * Scale, a.Y * Scale, b.X * Scale, b.Y * Scale, radius * Scale);
        var (dx, dy) = (bx - ax, by - ay);
        var squared = (dx * dx) + (dy * dy);
        var (left, right) = ((int)Math.Max(0, Math.Min(ax, bx) - reach - 1), (int)Math.Min(_width - 1, Math.Max(ax, bx) + reach + 1));
        var (top, bottom) = ((int)Math.Max(0, Math.Min(ay, by) - reach - 1), (int)Math.Min(_height - 1, Math.Max(ay, by) + reach + 1));
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                var (px, py) = (column + 0.5 - ax, row + 0.5 - ay);
                var along = squared == 0 ? 0 : Math.Clamp(((px * dx) + (py * dy)) / squared, 0, 1);
                var (ex, ey) = (px - (along * dx), py - (along * dy));
                Blend(column, row, color, reach + 0.5 - Math.Sqrt((ex * ex) + (ey * ey)));
            }
        }
    }

    private void Blend(int column, int row, ChartColor color, double coverage)
    {
        if (coverage <= 0)
        {
            return;
        }

        var share = Math.Min(1, coverage);
        var pixel = _pixels.AsSpan(((row * _width) + column) * 3, 3);
        pixel[0] = (byte)(pixel[0] + (share * (color.Red - pixel[0])) + 0.5);
        pixel[1] = (byte)(pixel[1] + (share * (color.Green - pixel[1])) + 0.5);
        pixel[2] = (byte)(pixel[2] + (share * (color.Blue - pixel[2])) + 0.5);
    }
}
