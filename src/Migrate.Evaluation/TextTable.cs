using System.Text;

namespace Migrate.Evaluation;

/// <summary>A table of text cells: as plain text with aligned columns, as Markdown, as CSV. The first column is aligned left, the others right.</summary>
public sealed class TextTable
{
    private readonly List<string[]> _rows = [];

    /// <summary>An empty table.</summary>
    /// <param name="header">Column titles, at least one.</param>
    public TextTable(params string[] header)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentOutOfRangeException.ThrowIfZero(header.Length);
        _rows.Add(header);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">As many as there are columns.</param>
    /// <exception cref="ArgumentException">The number of cells is another one.</exception>
    public TextTable Add(params string[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Length != _rows[0].Length)
        {
            throw new ArgumentException($"{cells.Length} cells in a table of {_rows[0].Length} columns");
        }

        _rows.Add(cells);
        return this;
    }

    /// <summary>Plain text, columns two blanks apart, a line under the header.</summary>
    public string ToText()
    {
        var widths = Widths();
        var text = new StringBuilder();
        for (var r = 0; r < _rows.Count; r++)
        {
            text.AppendLine(Join(_rows[r], widths, "  ").TrimEnd());
            if (r == 0)
            {
                text.AppendLine(string.Join("  ", widths.Select(width => new string('-', width))));
            }
        }

        return text.ToString();
    }

    /// <summary>A Markdown table.</summary>
    public string ToMarkdown()
    {
        var rows = _rows.Select(row => row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)).ToArray()).ToList();
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => Math.Max(3, rows.Max(row => row[c].Length)))];
        var text = new StringBuilder();
        for (var r = 0; r < rows.Count; r++)
        {
            text.AppendLine($"| {Join(rows[r], widths, " | ")} |");
            if (r == 0)
            {
                text.AppendLine($"|{string.Join("|", widths.Select((width, c) => c == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|");
            }
        }

        return text.ToString();
    }

    /// <summary>Comma-separated values (RFC 4180, with line feeds), header included.</summary>
    public string ToCsv() => string.Concat(_rows.Select(row => string.Join(',', row.Select(Quote)) + "\n"));

    /// <summary>Writes <see cref="ToCsv"/> to a file, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void WriteCsv(string path) => AtomicFile.WriteText(path, ToCsv());

    private int[] Widths() => [.. Enumerable.Range(0, _rows[0].Length).Select(c => _rows.Max(row => row[c].Length))];

    private static string Join(string[] cells, int[] widths, string separator) =>
        string.Join(separator, cells.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])));

    private static string Quote(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
