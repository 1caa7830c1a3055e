using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>
/// Elements of a page, as XML: what is built so is well-formed and escaped. No element is left without content, since HTML would read
/// a td that closes itself as one that is never closed.
/// </summary>
internal static partial class Html
{
    public static XElement Paragraph(string text, string? style = null) => Styled(new XElement("p", text), style);

    /// <summary>Says why something is not shown.</summary>
    public static XElement Missing(string why) => Paragraph(why, "missing");

    public static XElement Heading(string text) => new("h3", text);

    /// <summary>A picture with its caption.</summary>
    /// <param name="picture">The svg element.</param>
    /// <param name="caption">What is seen.</param>
    /// <param name="wide">Too wide to shrink to a phone: scrolls there.</param>
    /// <param name="key">Names of the series, in the order of the palette; null without a key.</param>
    public static XElement Figure(XElement picture, string caption, bool wide = false, IEnumerable<string>? key = null) => new(
        "figure",
        key is null ? null : new XElement("div", new XAttribute("class", "key"), key.Select((name, s) => new XElement(
            "span", new XElement("i", new XAttribute("style", $"background:{ChartStyle.Series(s).ToHex()}"), ""), name))),
        new XElement(
            "div",
            new XAttribute("class", wide ? "picture wide" : "picture"),
            new XAttribute("style", $"max-width:{(string?)picture.Attribute("width")}px"),
            picture),
        new XElement("figcaption", caption));

    /// <summary>Pictures side by side where there is room.</summary>
    public static XElement Side(IEnumerable<XElement> figures) => new("div", new XAttribute("class", "side"), figures);

    /// <summary>A table; the first column is aligned left, the others right.</summary>
    /// <param name="caption">What is shown.</param>
    /// <param name="header">Titles of the columns.</param>
    /// <param name="rows">Cells, and a style for the row.</param>
    public static XElement Table(string caption, IReadOnlyList<string> header, IEnumerable<(string? Style, IReadOnlyList<string> Cells)> rows) =>
        new("div", new XAttribute("class", "scroll"), new XElement(
            "table",
            new XElement("caption", caption),
            new XElement("thead", new XElement("tr", header.Select(cell => new XElement("th", new XAttribute("scope", "col"), cell)))),
            new XElement("tbody", rows.Select(row => Styled(
                new XElement("tr", row.Cells.Select((cell, c) => c == 0
                    ? new XElement("th", new XAttribute("scope", "row"), cell)
                    : new XElement("td", Minus().Replace(MinusZero().Replace(cell, "$1"), "−")))),
                row.Style)))));

    public static XElement Styled(XElement element, string? style)
    {
        if (style is not null)
        {
            element.SetAttributeValue("class", style);
        }

        return element;
    }

    [GeneratedRegex(@"(?<![\w.-])-(?=\d)")]
    private static partial Regex Minus();

    [GeneratedRegex(@"(?<![\w.-])-(0\.0+)(?!\d)")]
    private static partial Regex MinusZero();
}
