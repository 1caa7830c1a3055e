using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Errors by what the training data hold that is like a path.</summary>
internal static class ScenarioSection
{
    private static readonly string[] Short = ["A: same structure", "B: other charge state", "C: other ion or chemistry"];

    public static IEnumerable<XNode> Build(ReportData data)
    {
        yield return Html.Paragraph(
            "A: another path of the same structure (framework, ion, group, name without its number) was in training. B: the same framework and ion were, "
            + "but under another name, so with another content of the ion (in a few cases another polymorph). C: only other ions or other chemistries were.");
        foreach (var part in ReportPart.Both)
        {
            var entries = part.Having(data.RunsAndComparison);
            if (part.Having(data.Runs).Count == 0)
            {
                continue;
            }

            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            var scenarios = part == ReportPart.Test ? OfTest(data) : OfFolds(data.Runs[0].Run!);
            if (scenarios.Count == 0)
            {
                yield return Html.Missing(part == ReportPart.Test
                    ? "The first run has no training paths (splits \"train\" or \"cv\") to relate the test paths to."
                    : "The first run does not tell the folds of its cross-validation.");
                continue;
            }

            var rows = entries.ConvertAll(entry => (entry.Title, entry.Style, Data: Sorted(part.Of(entry), scenarios)));
            yield return Html.Table(
                "Mean | median of the absolute errors, eV, with the number of paths."
                    + (part == ReportPart.Test ? "" : " Where whole frameworks are held out, every path is of scenario C."),
                ["model", .. Short],
                rows.Select(row => ((string?)row.Style, (IReadOnlyList<string>)[row.Title, .. row.Data.Select(Describe)])));
            if (rows[0].Data.Count(errors => errors.Length > 0) > 1)
            {
                yield return Html.Figure(
                    ViolinPlot.Draw("absolute error / eV", Short, [.. rows.Take(4).Select(row => (IReadOnlyList<double[]>)row.Data)])
                        .ToSvg($"Absolute errors by scenario, {part.Name}", $"violin-{part.Id}"),
                    $"Absolute errors by scenario, {part.Name}; dark bars are medians, dots are paths, "
                        + "and the width follows how many paths have such an error (not drawn for fewer than five).",
                    wide: true,
                    rows.Take(4).Select(row => row.Title));
            }
        }
    }

    private static Dictionary<string, MigrationScenario> OfTest(ReportData data)
    {
        var training = data.Runs[0].Run!.TrainingPaths();
        var rule = new ScenarioRule(training);
        return training.Count == 0 ? [] : data.Runs[0].Test.ToDictionary(path => path.Name, rule.Of, StringComparer.Ordinal);
    }

    // Relative to the other folds; a path with several seeds, whose folds may differ, counts by its first.
    private static Dictionary<string, MigrationScenario> OfFolds(ResultRun run)
    {
        var scenarios = new Dictionary<string, MigrationScenario>(StringComparer.Ordinal);
        foreach (var seed in run.Of(PredictionSplit.CrossValidation).Where(row => row.Fold is not null).GroupBy(row => row.Seed))
        {
            foreach (var fold in seed.GroupBy(row => row.Fold))
            {
                var rule = new ScenarioRule(PathPrediction.Mean(seed.Where(row => row.Fold != fold.Key)));
                foreach (var path in PathPrediction.Mean(fold))
                {
                    scenarios.TryAdd(path.Name, rule.Of(path));
                }
            }
        }

        return scenarios;
    }

    private static double[][] Sorted(IReadOnlyList<PathPrediction> paths, Dictionary<string, MigrationScenario> scenarios) =>
    [
        .. Enum.GetValues<MigrationScenario>().Select(scenario => paths
            .Where(path => scenarios.TryGetValue(path.Name, out var own) && own == scenario).Select(path => path.AbsoluteError).Order().ToArray()),
    ];

    private static string Describe(double[] errors) => errors.Length == 0
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{errors.Average():0.000} | {Bootstrap.Percentile(errors, 0.5):0.000} ({errors.Length})");
}
