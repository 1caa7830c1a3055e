using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Errors by structural group, or by ion.</summary>
internal static class GroupSection
{
    // More rows than that would hide one another in one picture.
    private const int Drawn = 4;

    // Paths of a group that is drawn: the error of fewer says little.
    private const int Smallest = 3;

    public static IEnumerable<XNode> Build(ReportData data, string what, Func<PathPrediction, string> group)
    {
        foreach (var part in ReportPart.Both)
        {
            var entries = part.Having(data.RunsAndComparison);
            if (part.Having(data.Runs).Count == 0)
            {
                continue;
            }

            var known = part.Of(entries[0]);
            var groups = known.GroupBy(group, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            if (groups.Count == 1 && groups[0].Key.Length == 0)
            {
                yield return Html.Missing($"The predictions do not tell the {what} of their paths.");
                continue;
            }

            var table = groups.ConvertAll(g => (
                Name: g.Key.Length == 0 ? "(none)" : g.Key,
                Count: g.Count(),
                Maes: entries.ConvertAll(entry => Mae(part.Of(entry).Where(path => group(path) == g.Key)))));
            yield return Html.Table(
                $"MAE / eV by {what}, largest first, ± standard error of the mean; a number without it is a single path.",
                [what, "paths", .. entries.Select(entry => entry.Title)],
                table.Select(row => ((string?)null, (IReadOnlyList<string>)
                    [row.Name, row.Count.ToString(CultureInfo.InvariantCulture), .. row.Maes.Select(Format)])));
            var drawn = entries.Take(Drawn).ToList();
            var several = table.Where(row => row.Count >= Smallest).ToList();
            if (several.Count > 1)
            {
                var dots = several.SelectMany((row, line) => row.Maes.Take(Drawn).Select((mae, series) =>
                    new Dot(line, series, mae.Value, mae.Value - mae.StandardError, mae.Value + mae.StandardError)));
                yield return Html.Figure(
                    DotPlot.Draw("MAE / eV",
                        [.. several.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Name} ({row.Count})"))],
                        [.. dots], drawn.Count)
                        .ToSvg($"MAE by {what}, {part.Name}", $"{what.Replace(' ', '-')}-{part.Id}"),
                    $"MAE by {what}, {part.Name}, ± standard error of the mean, with the number of paths; groups of fewer than {Smallest} paths are left out."
                        + (entries.Count > Drawn ? $" The first {Drawn} columns of the table are drawn." : ""),
                    wide: true,
                    drawn.Count > 1 ? drawn.Select(entry => entry.Title) : null);
            }
        }
    }

    private static Estimate Mae(IEnumerable<PathPrediction> paths)
    {
        double[] errors = [.. paths.Select(path => path.AbsoluteError)];
        if (errors.Length == 0)
        {
            return new Estimate(double.NaN, double.NaN, double.NaN, double.NaN);
        }

        var mean = errors.Average();
        var error = errors.Length == 1 ? double.NaN : Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / (errors.Length - 1) / errors.Length);
        return new Estimate(mean, error, double.NaN, double.NaN);
    }

    private static string Format(Estimate mae) => double.IsNaN(mae.StandardError) ? Estimate.Format(mae.Value) : mae.ToString();
}
