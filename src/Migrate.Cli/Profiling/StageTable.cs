using System.Globalization;
using Spectre.Console;

namespace Migrate.Cli.Profiling;

/// <summary>Stages summed by name: time, work, and how far from what the machine can do.</summary>
internal sealed class StageTable
{
    private readonly List<Row> _rows;
    private readonly double _flopsPeak, _bytesPeak;

    /// <summary>Sums stages.</summary>
    /// <param name="stages">What was recorded.</param>
    /// <param name="perLayer">A row per layer instead of per kind of work.</param>
    /// <param name="flopsPeak">FLOP/s of the arithmetic in use.</param>
    /// <param name="bytesPeak">Bytes/s of memory.</param>
    public StageTable(IEnumerable<StageRecord> stages, bool perLayer, double flopsPeak, double bytesPeak)
    {
        (_flopsPeak, _bytesPeak) = (flopsPeak, bytesPeak);
        _rows =
        [
            .. stages.GroupBy(s => perLayer && s.Detail.Length > 0 ? $"{s.Name} ({s.Detail})" : s.Name)
                .Select(g => new Row(
                    g.Key, g.Count(), g.Sum(s => s.Milliseconds), g.Sum(s => s.Flops), g.Sum(s => s.Bytes), g.Sum(s => s.Structures), g.Sum(s => s.Triplets)))
                .OrderByDescending(r => r.Milliseconds),
        ];
    }

    /// <summary>Prints the table and says which stage to look at.</summary>
    public void Write(Streams streams)
    {
        var total = _rows.Sum(r => r.Milliseconds);
        var table = new Table().Border(TableBorder.Minimal);
        table.AddColumn("stage");
        foreach (var name in new[] { "calls", "ms", "share", "GFLOP", "GFLOP/s", "of peak", "MB", "GB/s", "of memory" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var row in _rows)
        {
            var seconds = row.Milliseconds / 1000;
            table.AddRow(
                Markup.Escape(row.Name),
                $"{row.Calls}",
                Number(row.Milliseconds, "n1"),
                Number(100 * row.Milliseconds / total, "n1") + " %",
                row.Flops > 0 ? Number(row.Flops * 1e-9, "n1") : "–",
                row.Flops > 0 ? Number(row.Flops / seconds * 1e-9, "n0") : "–",
                row.Flops > 0 && _flopsPeak > 0 ? Number(100 * row.Flops / seconds / _flopsPeak, "n0") + " %" : "–",
                row.Bytes > 0 ? Number(row.Bytes * 1e-6, "n0") : "–",
                row.Bytes > 0 ? Number(row.Bytes / seconds * 1e-9, "n1") : "–",
                row.Bytes > 0 && _bytesPeak > 0 ? Number(100 * row.Bytes / seconds / _bytesPeak, "n0") + " %" : "–");
        }

        streams.Console.Write(table);
        streams.Output.WriteLine(Advice(total));
    }

    /// <summary>The stage with the most time between what it took and what the machine would need at its peaks.</summary>
    public string Advice(double total)
    {
        var worst = _rows.Where(r => r.Milliseconds > 0).MaxBy(Lost);
        if (worst is null)
        {
            return "nothing was recorded";
        }

        var share = string.Create(CultureInfo.InvariantCulture, $"{100 * worst.Milliseconds / total:n0} % of the time");
        return _flopsPeak > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"look at: {worst.Name} ({share}; at the machine's peaks it would take {Ideal(worst):n1} of its {worst.Milliseconds:n1} ms)")
            : $"look at: {worst.Name} ({share})";
    }

    // Peaks that are not known do not limit anything.
    private double Ideal(Row row) =>
        1000 * Math.Max(_flopsPeak > 0 ? row.Flops / _flopsPeak : 0, _bytesPeak > 0 ? row.Bytes / _bytesPeak : 0);

    private double Lost(Row row) => row.Milliseconds - Ideal(row);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Row(string Name, int Calls, double Milliseconds, double Flops, double Bytes, long Structures, long Triplets);
}
