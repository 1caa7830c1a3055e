using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>Whether the paths of one structure are told apart.</summary>
internal static class DistinctionSection
{
    private const int Drawn = 4;

    // A picture of fewer structures would say no more than the table.
    private const int Fewest = 3;

    private static readonly ReportPart Training = new("fitted paths", "train", entry => entry.Training);

    public static IEnumerable<XNode> Build(ReportData data)
    {
        yield return Html.Paragraph(
            "A structure here has one framework, ion and structural group, and paths whose names differ in the number at their end. Counted are "
            + "structures with several predicted paths whose reference barriers differ by more than 1 meV.");
        var shown = false;
        foreach (var part in new[] { ReportPart.CrossValidation, ReportPart.Test, Training })
        {
            var rows = part.Having(data.RunsAndComparison).ConvertAll(entry => (entry.Title, entry.Style, Counts: PathDistinction.Compute(part.Of(entry))));
            rows.RemoveAll(row => row.Counts.Structures == 0);
            if (rows.Count == 0)
            {
                continue;
            }

            shown = true;
            yield return Html.Heading(char.ToUpperInvariant(part.Name[0]) + part.Name[1..]);
            yield return Html.Table(
                "Distinct: predictions differ by more than 1 meV; resolved: by more than 25 % of the true spread. "
                    + "Kendall's τ over all pairs of paths within a structure; Spearman's ρ is the mean over structures with at least three paths.",
                ["model", "structures", "paths", "distinct", "resolved", "τ within", "ρ within", "ranked"],
                rows.Select(row => ((string?)row.Style, (IReadOnlyList<string>)
                [
                    row.Title, Text(row.Counts.Structures), Text(row.Counts.Paths), Share(row.Counts.Distinct, row.Counts.Structures),
                    Share(row.Counts.Resolved, row.Counts.Structures),
                    Estimate.Format(row.Counts.KendallTau), Estimate.Format(row.Counts.SpearmanRho), Text(row.Counts.Ranked),
                ])));
            if (rows[0].Counts.Structures < Fewest)
            {
                continue;
            }

            yield return Html.Figure(
                Curves.Spreads([.. rows.Take(Drawn).Select(row => row.Counts)]).ToSvg($"Spread of predictions, {part.Name}", $"spread-{part.Id}"),
                $"Largest minus smallest barrier of each structure, {part.Name}: on the upper line the predictions spread as much as the references; "
                    + "below the lower one they hardly tell the paths apart; spreads below 1 meV lie on the lower edge. "
                    + $"{rows[0].Title} resolves {rows[0].Counts.Resolved} of {rows[0].Counts.Structures} structures.",
                key: rows.Take(Drawn).Select(row => row.Title));
        }

        if (!shown)
        {
            yield return Html.Missing("No structure has several predicted paths with different barriers.");
        }
    }

    private static string Share(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{part} ({100.0 * part / whole:0} %)");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
