namespace Migrate.Cli;

/// <summary>What the CSV files have in common.</summary>
internal static class Csv
{
    /// <summary>A cell of text, quoted where it must be.</summary>
    public static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
