using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>The first table: every row, what is published, and the floors, on the test set, in cross-validation, and on what was fitted.</summary>
internal static class ScoreSection
{
    private static readonly string[] Header = ["model", "R²", "MAE / eV", "RMSE / eV", "bias / eV", "paths"];

    public static IEnumerable<XNode> Build(ReportData data)
    {
        foreach (var part in ReportPart.Both)
        {
            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            foreach (var node in part.Having(data.Runs).Count == 0 ? [Html.Missing($"No run has predictions in {part.Name}.")] : Part(data, part))
            {
                yield return node;
            }
        }

        var fitted = data.Runs.Concat(data.Published).Where(entry => entry.Training.Count > 0).ToList();
        if (fitted.Count > 0)
        {
            yield return Html.Heading("On the paths they were fitted on");
            yield return Html.Table(
                "Not a measure of what a model can do on paths it has not seen, but of how closely it follows its training data.",
                ["model", "R²", "MAE / eV", "paths"],
                fitted.Select(entry =>
                {
                    var scores = entry.Scores(entry.Training, data.Bootstrap);
                    return ((string?)entry.Style, (IReadOnlyList<string>)[entry.Title, scores.R2.ToString(), scores.Mae.ToString(), Count(scores.Metrics.Count)]);
                }));
        }
    }

    private static IEnumerable<XElement> Part(ReportData data, ReportPart part)
    {
        var entries = part.Having(data.All);
        var rows = entries.Select(entry => Row(entry.Title, entry.Style, data.Scores(entry, part))).ToList();
        var dots = entries.ConvertAll(entry => (entry.Title, Series: Series(entry), data.Scores(entry, part).Mae));
        if (part == ReportPart.Test && data.Published.Count > 0)
        {
            var place = entries.Count(entry => entry.Style != "floor");
            rows.Insert(place, ("published",
                [PublishedModels.OrbTitle, PublishedModels.OrbR2.ToString(), PublishedModels.OrbMae.ToString(), "", "", Count(PublishedModels.OrbPaths)]));
            dots.Insert(place, (PublishedModels.OrbTitle, -1, PublishedModels.OrbMae));
        }

        yield return Html.Table(Caption(data, part), Header, rows);
        // A row far beyond the others, as the unrelaxed NEB is, would leave no room for them.
        var limit = 3 * dots.Where(dot => dot.Series >= 0).Max(dot => dot.Mae.Value);
        var shown = dots.Where(dot => dot.Mae.Value <= limit).ToList();
        var left = dots.Where(dot => dot.Mae.Value > limit).Select(dot => dot.Title).ToList();
        var picture = DotPlot.Draw(
            "MAE / eV", [.. shown.Select(dot => dot.Title)],
            [.. shown.Select((dot, i) => new Dot(i, dot.Series, dot.Mae.Value, dot.Mae.Value - dot.Mae.StandardError, dot.Mae.Value + dot.Mae.StandardError))], 1);
        var best = shown.MinBy(dot => dot.Mae.Value);
        yield return Html.Figure(
            picture.ToSvg($"MAE of every row, {part.Name}", $"mae-{part.Id}"),
            $"Mean absolute error, {part.Name}, ± one bootstrap standard error; blue are the runs of this report. Lowest: {best.Title}, {best.Mae} eV."
                + (left.Count == 0 ? "" : $" Not shown, far to the right: {string.Join("; ", left)}."),
            wide: true);
    }

    private static string Caption(ReportData data, ReportPart part) => string.Create(
        CultureInfo.InvariantCulture,
        $"± are bootstrap standard errors ({data.Bootstrap.Resamples:N0} resamples of the paths). ") + (part == ReportPart.Test
            ? "The prediction for a path is the mean over seeds. "
                + (data.Published.Count > 0 ? "Published scores are computed here from the published predictions of each path. " + PublishedModels.OrbSource : "")
            : "Every path is predicted by models that were trained on the other folds; the mean over seeds counts. The floors learn from the other folds as well.");

    private static (string? Style, IReadOnlyList<string> Cells) Row(string title, string style, RegressionEstimates scores) =>
        (style, [title, scores.R2.ToString(), scores.Mae.ToString(), scores.Rmse.ToString(), scores.Bias.ToString(), Count(scores.Metrics.Count)]);

    private static int Series(ReportEntry entry) => entry.Style == "run" ? 0 : -1;

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
