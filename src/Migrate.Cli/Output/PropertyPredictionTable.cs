using System.Globalization;
using Migrate.Models;
using Spectre.Console;

namespace Migrate.Cli;

/// <summary>Predicted properties as a table on standard output, of the first rows.</summary>
internal sealed class PropertyPredictionTable(Streams streams, CheckpointFiles network) : IPredictionSink
{
    private const int MostRows = 200;
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

        var table = new Table().Border(TableBorder.Minimal);
        table.AddColumn("structure");
        foreach (var name in PropertyNames.Of(network).Prepend("sites"))
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        foreach (var row in _rows)
        {
            var numbers = PropertyNames.Values(row).Select(value => value.ToString("g5", CultureInfo.InvariantCulture));
            table.AddRow([Markup.Escape(row.Name), $"{row.Sites}", .. numbers]);
        }

        streams.Console.Write(table);
        if (_predicted > _rows.Count)
        {
            streams.Output.WriteLine($"… and {_predicted - _rows.Count} more; --output FILE.csv or FILE.json writes all of them");
        }
    }

    public void Dispose()
    {
    }
}
