using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>
/// Skia's SVG made fit for a page: it scales (viewBox), words are words in the reader's font, set by one point and an anchor instead of a
/// place for each letter of the font it was drawn with, and identifiers do not meet those of other pictures.
/// </summary>
internal static class SvgMarkup
{
    private const string Families = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif";

    public static XElement Clean(string xml, int width, int height, string description, string id)
    {
        var svg = XElement.Parse(xml);
        svg.SetAttributeValue("width", width);
        svg.SetAttributeValue("height", height);
        svg.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", description);
        svg.SetAttributeValue("font-family", Families);
        Rename(svg, id);
        foreach (var text in svg.Descendants().Where(element => element.Name.LocalName == "text"))
        {
            Anchor(text);
        }

        return svg;
    }

    // Skia counts identifiers on over all pictures of a process; here they count from 0 in each.
    private static void Rename(XElement svg, string id)
    {
        var names = svg.Descendants().Attributes("id").Select((attribute, i) => (attribute.Value, New: $"{id}-{i}")).ToDictionary(n => n.Value, n => n.New);
        foreach (var attribute in svg.Descendants().Attributes())
        {
            if (attribute.Name == "id")
            {
                attribute.Value = names[attribute.Value];
            }
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal) && names.TryGetValue(attribute.Value[5..^1], out var name))
            {
                attribute.Value = $"url(#{name})";
            }
        }
    }

    // Skia gives the left edge of every letter, relative to the point that the text is aligned at.
    private static void Anchor(XElement text)
    {
        var lefts = Numbers(text, "x");
        var size = Numbers(text, "font-size").FirstOrDefault(ChartStyle.FontSize);
        var width = lefts.Length > 1 ? (lefts[^1] - lefts[0]) * lefts.Length / (lefts.Length - 1) : 0.6 * size;
        // −left / width is 0, ½ or 1 for text that starts, is centred or ends at its point.
        var share = lefts.Length == 0 || width <= 0 ? 0 : -lefts[0] / width;
        var (anchor, x) = share switch
        {
            < 0.25 => ("start", lefts.FirstOrDefault()),
            < 0.75 => ("middle", 0),
            _ => ("end", 0),
        };
        text.SetAttributeValue("text-anchor", anchor);
        text.SetAttributeValue("x", x.ToString("0.##", CultureInfo.InvariantCulture));
        // Centred text is centred with its descenders; digits and capitals look better centred without.
        var y = Numbers(text, "y").FirstOrDefault();
        text.SetAttributeValue("y", (y > 0 && y < 0.45 * size ? 0.36 * size : y).ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("font-family", null);
        text.Value = text.Value.Trim();
    }

    private static double[] Numbers(XElement element, string attribute) =>
        [.. ((string?)element.Attribute(attribute) ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
}
