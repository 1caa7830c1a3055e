using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>The predictions as a classifier of good conductors.</summary>
internal static class ClassSection
{
    public static IEnumerable<XNode> Build(ReportData data)
    {
        foreach (var part in ReportPart.Both)
        {
            if (part.Having(data.Runs).Count == 0)
            {
                continue;
            }

            var rows = part.Having(data.Runs.Concat(data.Published)).ConvertAll(
                entry => (entry.Title, entry.Style, Classes: Classes(part.Of(entry), data.Bootstrap)));
            yield return Html.Heading(part == ReportPart.Test ? "Test set" : "Cross-validation");
            yield return Html.Table(
                "A path is a good conductor if its barrier is at most 0.65 eV. "
                    + "Precision: share of those predicted to be of a class that are; recall: share of a class that is found.",
                ["model", "accuracy", "precision good", "recall good", "precision poor", "recall poor"],
                rows.Select(row => ((string?)row.Style, (IReadOnlyList<string>)
                [
                    row.Title, row.Classes.Accuracy.ToPercent(), row.Classes.GoodPrecision.ToPercent(), row.Classes.GoodRecall.ToPercent(),
                    row.Classes.PoorPrecision.ToPercent(), row.Classes.PoorRecall.ToPercent(),
                ])));
            yield return Html.Side(rows.Where(row => row.Style == "run" || row.Title == data.Comparison?.Title)
                .Select(row => Matrix(row.Title, part, row.Classes.Matrix)));
        }
    }

    public static ClassificationEstimates Classes(IReadOnlyList<PathPrediction> paths, Bootstrap bootstrap) => ClassificationEstimates.Compute(
        [.. paths.Select(path => path.Expected)], [.. paths.Select(path => path.Predicted)], bootstrap: bootstrap);

    private static XElement Matrix(string title, ReportPart part, ConfusionMatrix m)
    {
        XElement Cell(int count, bool right) =>
            Html.Styled(new XElement("td", count.ToString(CultureInfo.InvariantCulture)), right ? "right" : "wrong");
        XElement Row(string name, XElement good, XElement poor) => new("tr", new XElement("th", new XAttribute("scope", "row"), name), good, poor);
        return new XElement(
            "figure",
            new XElement(
                "div",
                new XAttribute("class", "scroll"),
                new XElement(
                    "table",
                    new XAttribute("class", "matrix"),
                    new XElement("caption", $"{title}, {part.Name}"),
                    new XElement(
                        "thead", new XElement("tr", new XElement("th", "expected"), new XElement("th", "predicted good"), new XElement("th", "predicted poor"))),
                    new XElement(
                        "tbody",
                        Row("good", Cell(m.TruePositive, true), Cell(m.FalseNegative, false)),
                        Row("poor", Cell(m.FalsePositive, false), Cell(m.TrueNegative, true))))));
    }
}
