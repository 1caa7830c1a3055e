using System.Globalization;
using System.Text;

namespace Migrate.Evaluation;

/// <summary>Draws as Scalable Vector Graphics; text stays text, in the viewer's sans-serif font.</summary>
internal sealed class SvgCanvas(int width, int height) : ICanvas
{
    private readonly StringBuilder _body = new();

    public void Polyline(IReadOnlyList<(double X, double Y)> points, ChartColor color, double width, bool dashed = false)
    {
        var path = string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"));
        var dashes = dashed ? " stroke-dasharray=\"6 4\"" : "";
        Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{Number(width)}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{dashes}/>");
    }

    public void Rectangle(double x, double y, double width, double height, ChartColor color) =>
        Line($"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" fill=\"{color}\"/>");

    public void Circle(double x, double y, double radius, ChartColor color) =>
        Line($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" fill=\"{color}\"/>");

    public void Text(string text, double x, double y, double size, TextAnchor anchor = TextAnchor.Start, bool upward = false)
    {
        var turn = upward ? $" transform=\"rotate(-90 {Number(x)} {Number(y)})\"" : "";
        var side = anchor switch { TextAnchor.Start => "start", TextAnchor.Middle => "middle", _ => "end" };
        Line($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" font-size=\"{Number(size)}\" text-anchor=\"{side}\"{turn}>{Escape(text)}</text>");
    }

    public void Save(string path) => AtomicFile.WriteText(
        path,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" fill="{ChartColor.Ink}">
        {_body}</svg>

        """);

    private void Line(string element) => _body.Append(element).Append('\n');

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    // Control characters are not allowed in XML at all, not even escaped.
    private static string Escape(string text) => string.Concat(text.Where(c => c >= ' '))
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
