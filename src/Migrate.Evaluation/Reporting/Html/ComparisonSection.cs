using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Every row against the first run, on the same paths and the same resamples.</summary>
internal static class ComparisonSection
{
    public static IEnumerable<XNode> Build(ReportData data)
    {
        var shown = false;
        foreach (var part in ReportPart.Both)
        {
            var first = part.Of(data.Runs[0]);
            var rows = part.Having(data.All.Skip(1)).Select(entry => (entry.Title, entry.Style, Compared: Compare(part.Of(entry), first, data.Bootstrap)))
                .Where(row => row.Compared is not null).Select(row => (row.Title, row.Style, Compared: row.Compared!.Value)).ToList();
            if (rows.Count == 0)
            {
                continue;
            }

            shown = true;
            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            yield return Html.Table(
                $"MAE minus that of {data.Runs[0].Title} on the same paths: below 0 the row is better. The last column is the share of resamples in which it is.",
                ["model", "MAE difference / eV", "95 % interval", "better in", "paths"],
                rows.Select(row => ((string?)row.Style, (IReadOnlyList<string>)
                [
                    row.Title, row.Compared.Comparison.MaeDifference.ToString(), row.Compared.Comparison.MaeDifference.Interval(),
                    Estimate.Percent(1 - row.Compared.Comparison.ShareNotBetter), row.Compared.Paths.ToString(CultureInfo.InvariantCulture),
                ])));
            // One row far off would press the others together; its numbers are in the table.
            var near = rows.Where(row => Math.Abs(row.Compared.Comparison.MaeDifference.Value) < 0.6).ToList();
            if (near.Count > 0)
            {
                var picture = DotPlot.Draw(
                    "difference in MAE / eV", [.. near.Select(row => row.Title)],
                    [.. near.Select((row, i) => (row, i)).Select(r => Dot(r.i, r.row.Style, r.row.Compared.Comparison.MaeDifference))], 1, fromZero: false);
                yield return Html.Figure(
                    picture.ToSvg($"Difference in MAE, {part.Name}", $"pair-{part.Id}"),
                    $"Difference in MAE to {data.Runs[0].Title} with its 95 % interval, {part.Name}. Rows whose interval holds 0 cannot be told from it with these paths."
                        + (near.Count == rows.Count ? "" : " Differences above 0.6 eV are in the table only."),
                    wide: true);
            }
        }

        if (!shown)
        {
            yield return Html.Missing("There is nothing to compare the first run with: give further runs, or published predictions of the same paths.");
        }
    }

    private static Dot Dot(int line, string style, Estimate difference) =>
        new(line, style == "run" ? 0 : -1, difference.Value, difference.Low, difference.High);

    // Null where they have no path in common.
    private static (PairedComparison Comparison, int Paths)? Compare(
        IReadOnlyList<PathPrediction> row, IReadOnlyList<PathPrediction> first, Bootstrap bootstrap)
    {
        var own = row.ToDictionary(path => path.Name, StringComparer.Ordinal);
        var common = first.Where(path => own.ContainsKey(path.Name)).ToList();
        return common.Count == 0 ? null : (PairedComparison.Compute(
            [.. common.Select(path => path.Expected)], [.. common.Select(path => own[path.Name].Predicted)], [.. common.Select(path => path.Predicted)], bootstrap),
            common.Count);
    }
}
