using System.Globalization;
using System.Text;
using Microsoft.VisualBasic.FileIO;

namespace Migrate.Evaluation;

/// <summary>A comma-separated file with a header (RFC 4180), whose cells are asked for by column name.</summary>
internal sealed class CsvTable
{
    private readonly string _path;
    private readonly Dictionary<string, int> _columns;
    private readonly List<(int Line, string[] Cells)> _rows = [];

    private CsvTable(string path, string[] header, IReadOnlyList<string> required)
    {
        (_path, Header) = (path, header);
        _columns = header.Select((name, i) => (name, i)).DistinctBy(c => c.name).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var missing = required.Where(name => !_columns.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw Problem(1, $"no column {string.Join(", ", missing)}; the header is {string.Join(',', required)}");
        }
    }

    /// <summary>Column names, in order.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Number of rows below the header.</summary>
    public int Count => _rows.Count;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not such a table; the message names the line.</exception>
    public static CsvTable Read(string path, params string[] required)
    {
        using var parser = new TextFieldParser(path, Encoding.UTF8) { TextFieldType = FieldType.Delimited, Delimiters = [","] };
        var table = new CsvTable(path, Next(parser, path) ?? throw new InvalidDataException($"{path}: empty; a table with a header is needed"), required);
        while (!parser.EndOfData)
        {
            var line = (int)parser.LineNumber;
            var cells = Next(parser, path);
            if (cells is not null && cells.Length != table.Header.Count)
            {
                throw table.Problem(line, $"{cells.Length} cells; the header has {table.Header.Count}");
            }

            if (cells is not null)
            {
                table._rows.Add((line, cells));
            }
        }

        return table;
    }

    /// <summary>Line of a row in the file, from 1.</summary>
    public int Line(int row) => _rows[row].Line;

    public string Text(int row, string column) => _rows[row].Cells[_columns[column]];

    /// <summary>A finite number; null where the cell is empty.</summary>
    public double? OptionalNumber(int row, string column)
    {
        var text = Text(row, column);
        return text.Length == 0 ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value
            : throw Problem(Line(row), $"\"{text}\" in column {column}; a finite number is needed");
    }

    public double Number(int row, string column) =>
        OptionalNumber(row, column) ?? throw Problem(Line(row), $"nothing in column {column}; a finite number is needed");

    /// <summary>A whole number; null where the cell is empty.</summary>
    public int? OptionalWhole(int row, string column)
    {
        var text = Text(row, column);
        return text.Length == 0 ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw Problem(Line(row), $"\"{text}\" in column {column}; a whole number is needed");
    }

    public int Whole(int row, string column) =>
        OptionalWhole(row, column) ?? throw Problem(Line(row), $"nothing in column {column}; a whole number is needed");

    public InvalidDataException Problem(int line, string message) => new($"{_path}:{line}: {message}");

    private static string[]? Next(TextFieldParser parser, string path)
    {
        try
        {
            return parser.ReadFields();
        }
        catch (MalformedLineException)
        {
            throw new InvalidDataException($"{path}:{parser.ErrorLineNumber}: quotes do not match; a quote within a quoted cell is written twice");
        }
    }
}
