using System.Globalization;
using Spectre.Console;

namespace Migrate.Cli;

/// <summary>A table on standard output, of the first rows; a library's full result goes to a file.</summary>
internal sealed class PredictionTable(Streams streams, double threshold) : IPredictionSink
{
    private const int MostRows = 200, MostWarnings = 20;
    private readonly List<PredictionRecord> _rows = [];
    private long _predicted;

    public void Add(PredictionRecord record)
    {
        _predicted++;
        if (_rows.Count < MostRows)
        {
            _rows.Add(record);
        }
    }

    public void Fail(PredictionFailure failure) => streams.Note($"failed: {failure.Message}");

    public void Complete()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        var intervals = _rows.Any(r => r.Prediction.Interval is not null);
        var labelled = _rows.Any(r => r.Reference is not null);
        var table = new Table().Border(TableBorder.Minimal);
        table.AddColumns("path", "ion");
        List<string> numbers = ["sites", "hop / Å", "Em / eV", .. intervals ? ["90 % interval"] : Array.Empty<string>(), .. labelled ? ["reference / eV"] : Array.Empty<string>()];
        foreach (var name in numbers)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumn(string.Create(CultureInfo.InvariantCulture, $"at {threshold} eV"));
        foreach (var row in _rows)
        {
            List<string> cells = [Markup.Escape(row.Name), row.MobileIon ?? "–", $"{row.Sites}", Number(row.HopLength ?? double.NaN, "f2"), Number(row.Barrier, "f3")];
            if (intervals)
            {
                cells.Add(row.Prediction.Interval is var (lower, upper) ? $"{Number(lower, "f2")} – {Number(upper, "f2")}" : "");
            }

            if (labelled)
            {
                cells.Add(row.Reference is { } reference ? Number(reference, "f3") : "–");
            }

            cells.Add(row.Good ? "[green]good[/]" : "[red]poor[/]");
            table.AddRow([.. cells]);
        }

        streams.Console.Write(table);
        foreach (var row in _rows.Where(r => r.Prediction.Warning is not null).Take(MostWarnings))
        {
            streams.Note($"{row.Name}: take it with care: {row.Prediction.Warning}");
        }

        if (_predicted > _rows.Count)
        {
            streams.Output.WriteLine($"… and {_predicted - _rows.Count} more; --output FILE.csv or FILE.json writes all of them");
        }
    }

    public void Dispose()
    {
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
