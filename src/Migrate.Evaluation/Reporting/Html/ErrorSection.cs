using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Predicted against expected barriers, and how large the errors are.</summary>
internal static class ErrorSection
{
    public static IEnumerable<XNode> Build(ReportData data)
    {
        foreach (var part in ReportPart.Both)
        {
            var entries = part.Having(data.RunsAndComparison);
            if (part.Having(data.Runs).Count == 0)
            {
                continue;
            }

            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            yield return Html.Table(
                "Shares of the absolute errors.",
                ["model", "below 0.1 eV", "0.1 to 0.3 eV", "above 0.3 eV", "median / eV", "largest / eV"],
                entries.Select(entry => Row(data, entry, part)));
            foreach (var (entry, i) in entries.Select((entry, i) => (entry, i)))
            {
                yield return Html.Side(Pictures(entry, part, i, data.Scores(entry, part)));
            }
        }
    }

    private static (string?, IReadOnlyList<string>) Row(ReportData data, ReportEntry entry, ReportPart part)
    {
        var m = data.Scores(entry, part).Metrics;
        double[] errors = [.. part.Of(entry).Select(path => path.AbsoluteError).Order()];
        return (entry.Style,
        [
            entry.Title, Estimate.Percent(m.ShareBelow), Estimate.Percent(m.ShareBetween), Estimate.Percent(m.ShareAbove),
            Estimate.Format(Bootstrap.Percentile(errors, 0.5)), Estimate.Format(m.MaxError),
        ]);
    }

    private static IEnumerable<XElement> Pictures(ReportEntry entry, ReportPart part, int index, RegressionEstimates scores)
    {
        var paths = part.Of(entry);
        var series = entry.Style == "run" ? 0 : 1;
        var parity = new ParityPlot(entry.Title, "Em / eV", [.. paths.Select(p => p.Expected)], [.. paths.Select(p => p.Predicted)]) { Series = series };
        var worst = paths.MaxBy(path => path.AbsoluteError)!;
        yield return Html.Figure(
            parity.Draw().ToSvg($"Predicted against expected barriers of {entry.Title}, {part.Name}", $"parity-{part.Id}-{index}"),
            $"Predicted against expected barriers of {entry.Title}, {part.Name}, with the distributions of both; on the line the prediction is right. "
                + $"Furthest off: {worst.Name}, {Estimate.Format(worst.Predicted)} instead of {Estimate.Format(worst.Expected)} eV.");
        yield return Html.Figure(
            ErrorHistogram.Draw(entry.Title, [.. paths.Select(path => path.AbsoluteError)], series)
                .ToSvg($"Absolute errors of {entry.Title}, {part.Name}", $"error-{part.Id}-{index}"),
            $"Absolute errors, {part.Name}: {Estimate.Percent(scores.Metrics.ShareBelow)} below 0.1 eV (darkest), "
                + $"{Estimate.Percent(scores.Metrics.ShareBetween)} to 0.3 eV, {Estimate.Percent(scores.Metrics.ShareAbove)} above (lightest). "
                + "The last bin holds all errors above 1 eV.");
    }
}
