using System.Collections.Frozen;

namespace Migrate.Evaluation;

/// <summary>
/// A small alphabet of pen strokes, our own, for labels in pictures. Each glyph is a list of strokes divided by blanks; each point of
/// a stroke is two digits, x and y. The base line is y = 2, small letters reach y = 7, capitals y = 9, descenders y = 0.
/// A stroke of one point is a dot. Characters without a glyph are drawn as a box.
/// </summary>
internal static class StrokeFont
{
    /// <summary>Height of a line of text, in the font's units.</summary>
    public const double Height = 10;

    private const int BaseLine = 2;
    private const double Spacing = 2;
    private const string Box = "0209494202";

    // The character first, then its strokes.
    private static readonly string[] Table =
    [
        "0120308193948433212", "1072922 1232", "208193948460242", "3081939484736 16364543321203",
        "432390444", "5490906364543321203", "63919080312324345361605", "7094912",
        "816070819394847361605031232434536", "91232434839190806153546",
        "A022942 1535", "B02093948473606 3645433202", "C4839190803123243", "D02092947442202",
        "E49090242 0636", "F490902 0636", "G48391908031232434525", "H0902 4942 0646",
        "I0929 1912 0222", "J3933221203", "K0902 490542", "L090242", "M0209254942",
        "N02094249", "O120308193948433212", "P02093948463505", "Q120308193948433212 2442",
        "R02093948463505 2542", "S483919080716364543321203", "T0949 2922", "U090312324349",
        "V092249", "W0912263249", "X0942 0249", "Y092549 2522", "Z09490242",
        "a0617374642 45150403123243", "b0902 0617374643321203", "c4637170603123243",
        "d4942 4637170603123243", "e05454637170603123243", "f39291812 0727",
        "g4741301001 4637170603123243", "h0902 0617374642", "i0702 09", "j171100 19",
        "k0902 370432", "l090312", "m0702 0617273632 3647576662", "n0702 0617374642",
        "o120306173746433212", "p0700 0617374643321203", "q4740 4637170603123243", "r0702 051737",
        "s4637170615354443321203", "t19132232 0737", "u0703123243 4742", "v072247",
        "w0722364267", "x0742 0247", "y0722 471000", "z07470242",
        "!0904 02", "\"0907 1917", "#1218 3238 0444 0646", "$483919080716364543321203 2922",
        "%0249 0919180809 3343423233", "&4207081928270403122245", "'0907", "(19070412",
        ")09171402", "*2824 1735 1537", "+2327 0545", ",1200", "-0535", ".02",
        "/0249", ":02 06", ";1200 16", "<480542", "=0444 0646", ">084502",
        "?08193948472524 22", "@3634 3626151424344548391908031242", "[19090212", "\\0942",
        "]09191202", "^072947", "_0141", "`0918", "{29181605141322", "|0901",
        "}09181625141302", "~0516253445", "²0819280626", "±2428 0646 0242", "–0545",
        "—0545", "−0545", "Å022742 1434 2918273829", "å0617374642 45150403123243 1929281819",
        "°1908172819", "≤490643 0242", "≥094603 0242", "·05", "×1337 1733",
        "µ0700 03123243 4742", "Δ02294202", "→0545 274523", " ",
    ];

    private static readonly FrozenDictionary<char, string> Glyphs = Table.ToFrozenDictionary(entry => entry[0], entry => entry[1..]);

    /// <summary>Width of a line of text, in the font's units.</summary>
    public static double Width(string text) => Math.Max(0, text.Sum(Advance) - Spacing);

    /// <summary>The strokes of a line of text that begins at x = 0 with its base line at y = 0, in the font's units, y up.</summary>
    public static IEnumerable<(double X, double Y)[]> Strokes(string text)
    {
        var x = 0.0;
        foreach (var character in text)
        {
            foreach (var stroke in Glyph(character).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return [.. stroke.Chunk(2).Select(point => (x + (point[0] - '0'), (double)(point[1] - '0' - BaseLine)))];
            }

            x += Advance(character);
        }
    }

    private static string Glyph(char character) => Glyphs.GetValueOrDefault(character, Box);

    private static double Advance(char character) => character == ' ' ? 3 : Spacing + Glyph(character)
        .Split(' ').Max(stroke => stroke.Where((_, i) => i % 2 == 0).Max(digit => digit - '0'));
}
