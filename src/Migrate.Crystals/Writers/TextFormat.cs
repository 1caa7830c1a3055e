using System.Globalization;

namespace Migrate.Crystals.Writers;

/// <summary>Numbers and names in text files.</summary>
internal static class TextFormat
{
    /// <summary>Shortest text that reads back as the same double, padded to columns; "0" for minus zero.</summary>
    public static string Number(double value) => (value + 0.0).ToString("R", CultureInfo.InvariantCulture).PadLeft(23);

    /// <summary>Three numbers.</summary>
    public static string Vector(Vector3D vector) => $"{Number(vector.X)} {Number(vector.Y)} {Number(vector.Z)}";

    /// <summary>A name on one line: control characters become blanks.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
