using System.Globalization;

namespace Migrate.Crystals.Readers;

/// <summary>Words and numbers of a line.</summary>
internal static class Tokens
{
    /// <summary>Most sites taken from one structure of a file.</summary>
    public const int MostSites = 10_000_000;

    /// <summary>Words between blanks and tabs.</summary>
    public static string[] Split(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A finite number; exponents may be written with D, as Fortran does.</summary>
    public static bool TryNumber(string token, out double value)
    {
        if (double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return double.IsFinite(value);
        }

        var exponent = token.AsSpan().IndexOfAny('d', 'D');
        return exponent > 0
            && double.TryParse($"{token.AsSpan(0, exponent)}E{token.AsSpan(exponent + 1)}", NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>Three numbers that stand one after another.</summary>
    public static Vector3D Vector(string[] tokens, int first, TextLines lines, string what)
    {
        if (tokens.Length < first + 3)
        {
            throw lines.Error($"{what}: {Math.Max(0, tokens.Length - first)} numbers where 3 should be");
        }

        return new(Number(tokens[first], lines, what), Number(tokens[first + 1], lines, what), Number(tokens[first + 2], lines, what));
    }

    /// <summary>A number, or an error that quotes what stands in its place.</summary>
    public static double Number(string token, TextLines lines, string what) =>
        TryNumber(token, out var value) ? value : throw lines.Error($"{what}: '{Quote(token)}' is no finite number");

    /// <summary>What the JSON parser says, without the place, which is relative to the entry.</summary>
    public static string Reason(System.Text.Json.JsonException exception) =>
        exception.Message.Split(" Path:")[0].Split(" LineNumber:")[0].ReplaceLineEndings(" ").TrimEnd();

    /// <summary>A piece of input for a message: short, on one line.</summary>
    public static string Quote(string text)
    {
        var head = text.Length > 40 ? text[..40] + "…" : text;
        return string.Concat(head.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
