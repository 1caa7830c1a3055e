using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Scores against the size of the training set.</summary>
internal static class CurveSection
{
    // As many as there are colours.
    private const int Drawn = 6;

    public static IEnumerable<XNode> Build(ReportData data)
    {
        var curves = data.Runs.Select(run => (run.Title, Points: LearningCurvePoint.Compute(run.Run!.Set.Rows, data.Bootstrap)))
            .Where(curve => curve.Points.Count > 0).ToList();
        if (curves.Count == 0)
        {
            yield return Html.Missing("No run has rows of a learning curve (split \"curve\" in predictions.csv).");
            yield break;
        }

        yield return Html.Table(
            "Mean over models (seeds and folds); ± is its standard error, for a single model the bootstrap error over its paths.",
            ["model", "training paths", "MAE / eV", "R²", "models", "evaluated paths"],
            curves.SelectMany(curve => curve.Points.Select(p => ((string?)null, (IReadOnlyList<string>)
            [
                curve.Title, Text(p.TrainSize), $"{Estimate.Format(p.Mae)} ± {Estimate.Format(p.StandardError)}", Estimate.Format(p.R2), Text(p.Models), Text(p.Paths),
            ]))));
        var steepest = curves.MaxBy(curve => curve.Points[0].Mae - curve.Points[^1].Mae);
        yield return Html.Figure(
            Curves.LearningCurve([.. curves.Take(Drawn).Select(curve => curve.Points)]).ToSvg("Learning curves", "learning"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                MAE against the number of training paths (logarithmic), ± one standard error. {steepest.Title} goes from
                {Estimate.Format(steepest.Points[0].Mae)} eV with {steepest.Points[0].TrainSize} paths to
                {Estimate.Format(steepest.Points[^1].Mae)} eV with {steepest.Points[^1].TrainSize}.
                """),
            key: curves.Take(Drawn).Select(curve => curve.Title));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
