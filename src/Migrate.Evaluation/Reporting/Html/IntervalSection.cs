using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>How far the 90 % intervals can be relied on.</summary>
internal static class IntervalSection
{
    public static IEnumerable<XNode> Build(ReportData data)
    {
        var shown = false;
        foreach (var part in new[] { ReportPart.CrossValidation, ReportPart.Test })
        {
            var rows = part.Having(data.Runs).Select(entry => (entry.Title, Reliability: IntervalReliability.Compute(part.Of(entry), data.Bootstrap)))
                .Where(row => row.Reliability is not null).Select(row => (row.Title, Reliability: row.Reliability!)).ToList();
            if (rows.Count == 0)
            {
                continue;
            }

            shown = true;
            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            yield return Html.Table(
                "Coverage: share of the reference barriers inside of their interval; 90 % would be right.",
                ["model", "coverage", "mean width / eV", "paths"],
                rows.Select(row => ((string?)"run", (IReadOnlyList<string>)
                    [row.Title, row.Reliability.Coverage.ToPercent(), row.Reliability.Width.ToString(), row.Reliability.Count.ToString(CultureInfo.InvariantCulture)])));
            yield return Html.Figure(
                Curves.Calibration([.. rows.Take(6).Select(row => row.Reliability)]).ToSvg($"Calibration, {part.Name}", $"calibration-{part.Id}"),
                $"Share of the barriers covered against the level of the interval, {part.Name}. "
                    + "Levels other than 90 % are scaled from it as for normally distributed errors. Above the line intervals are wider than need be, below they promise too much.",
                key: rows.Take(6).Select(row => row.Title));
        }

        if (!shown)
        {
            yield return Html.Missing("No run gives intervals (lower_ev and upper_ev in predictions.csv).");
        }
    }
}
