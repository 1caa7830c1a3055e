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

    private static readonly FrozenDictionary<char, string> Glyphs = new Dictionary<char, string>
    {
        ['0'] = "120308193948433212", ['1'] = "072922 1232", ['2'] = "08193948460242", ['3'] = "081939484736 16364543321203",
        ['4'] = "32390444", ['5'] = "490906364543321203", ['6'] = "3919080312324345361605", ['7'] = "094912",
        ['8'] = "16070819394847361605031232434536", ['9'] = "1232434839190806153546",
        ['A'] = "022942 1535", ['B'] = "02093948473606 3645433202", ['C'] = "4839190803123243", ['D'] = "02092947442202",
        ['E'] = "49090242 0636", ['F'] = "490902 0636", ['G'] = "48391908031232434525", ['H'] = "0902 4942 0646",
        ['I'] = "0929 1912 0222", ['J'] = "3933221203", ['K'] = "0902 490542", ['L'] = "090242", ['M'] = "0209254942",
        ['N'] = "02094249", ['O'] = "120308193948433212", ['P'] = "02093948463505", ['Q'] = "120308193948433212 2442",
        ['R'] = "02093948463505 2542", ['S'] = "483919080716364543321203", ['T'] = "0949 2922", ['U'] = "090312324349",
        ['V'] = "092249", ['W'] = "0912263249", ['X'] = "0942 0249", ['Y'] = "092549 2522", ['Z'] = "09490242",
        ['a'] = "0617374642 45150403123243", ['b'] = "0902 0617374643321203", ['c'] = "4637170603123243",
        ['d'] = "4942 4637170603123243", ['e'] = "05454637170603123243", ['f'] = "39291812 0727",
        ['g'] = "4741301001 4637170603123243", ['h'] = "0902 0617374642", ['i'] = "0702 09", ['j'] = "171100 19",
        ['k'] = "0902 370432", ['l'] = "090312", ['m'] = "0702 0617273632 3647576662", ['n'] = "0702 0617374642",
        ['o'] = "120306173746433212", ['p'] = "0700 0617374643321203", ['q'] = "4740 4637170603123243", ['r'] = "0702 051737",
        ['s'] = "4637170615354443321203", ['t'] = "19132232 0737", ['u'] = "0703123243 4742", ['v'] = "072247",
        ['w'] = "0722364267", ['x'] = "0742 0247", ['y'] = "0722 471000", ['z'] = "07470242",
        ['!'] = "0904 02", ['"'] = "0907 1917", ['#'] = "1218 3238 0444 0646", ['$'] = "483919080716364543321203 2922",
        ['%'] = "0249 0919180809 3343423233", ['&'] = "4207081928270403122245", ['\''] = "0907", ['('] = "19070412",
        [')'] = "09171402", ['*'] = "2824 1735 1537", ['+'] = "2327 0545", [','] = "1200", ['-'] = "0535", ['.'] = "02",
        ['/'] = "0249", [':'] = "02 06", [';'] = "1200 16", ['<'] = "480542", ['='] = "0444 0646", ['>'] = "084502",
        ['?'] = "08193948472524 22", ['@'] = "3634 3626151424344548391908031242", ['['] = "19090212", ['\\'] = "0942",
        [']'] = "09191202", ['^'] = "072947", ['_'] = "0141", ['`'] = "0918", ['{'] = "29181605141322", ['|'] = "0901",
        ['}'] = "09181625141302", ['~'] = "0516253445", ['²'] = "0819280626", ['±'] = "2428 0646 0242", ['–'] = "0545",
        ['—'] = "0545", ['−'] = "0545", ['Å'] = "022742 1434 2918273829", ['å'] = "0617374642 45150403123243 1929281819",
        ['°'] = "1908172819", ['≤'] = "490643 0242", ['≥'] = "094603 0242", ['·'] = "05", ['×'] = "1337 1733",
        ['µ'] = "0700 03123243 4742", ['Δ'] = "02294202", ['→'] = "0545 274523", [' '] = "",
    }.ToFrozenDictionary();

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
