using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>
/// The report on some protocol runs: one page that holds everything it shows. It is HTML that is also well-formed XML, without scripts
/// and without requests to anywhere. The same runs give the same page.
/// </summary>
public static class ProtocolReport
{
    /// <summary>The page of some runs.</summary>
    /// <param name="runs">At least one; the others are compared with the first. Their titles must differ.</param>
    /// <param name="reference">Published predictions to set beside them; may be null.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <exception cref="ArgumentException">No run, or two runs with one title.</exception>
    public static string Create(IReadOnlyList<ResultRun> runs, ReferencePredictions? reference = null, Bootstrap? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var twice = runs.GroupBy(run => run.Info.Title, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
        {
            throw new ArgumentException($"{twice.Count()} runs have the title \"{twice.Key}\"; titles must differ");
        }

        var data = new ReportData(runs, reference, bootstrap ?? new Bootstrap());
        (string Id, string Title, IEnumerable<XNode> Content)[] sections =
        [
            ("scores", "Scores", ScoreSection.Build(data)),
            ("comparison", "Compared with the first run", ComparisonSection.Build(data)),
            ("errors", "Errors", ErrorSection.Build(data)),
            ("groups", "Structural groups", GroupSection.Build(data, "structural group", path => path.Class)),
            ("ions", "Ions", GroupSection.Build(data, "ion", path => path.Ion)),
            ("scenarios", "What was known in training", ScenarioSection.Build(data)),
            ("paths", "Several paths of one structure", DistinctionSection.Build(data)),
            ("classes", "Good and poor conductors", ClassSection.Build(data)),
            ("curve", "Size of the training set", CurveSection.Build(data)),
            ("intervals", "Prediction intervals", IntervalSection.Build(data)),
            ("runs", "Runs", RunSection.Build(data)),
        ];
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", "Migration barriers: " + runs[0].Info.Title),
                new XElement("style", PageStyle.Css)),
            new XElement(
                "body",
                Header(data, sections.Select(section => (section.Id, section.Title))),
                new XElement("main", sections.Select(section => new XElement(
                    "section", new XAttribute("id", section.Id), new XElement("h2", section.Title), Content(section.Content))), Footer())));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>Writes the page of some runs, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="runs">As for <see cref="Create"/>.</param>
    /// <param name="reference">As for <see cref="Create"/>.</param>
    /// <param name="bootstrap">As for <see cref="Create"/>.</param>
    public static void Write(string path, IReadOnlyList<ResultRun> runs, ReferencePredictions? reference = null, Bootstrap? bootstrap = null) =>
        AtomicFile.WriteText(path, Create(runs, reference, bootstrap));

    /// <summary>True where the machine has a font to draw with; without one the pictures of a report have no words.</summary>
    public static bool HasFont => ChartStyle.Font is not null;

    private static IEnumerable<XNode> Content(IEnumerable<XNode> nodes) =>
        nodes.DefaultIfEmpty(Html.Missing("No run has predictions of the test set or of a cross-validation."));

    private static XElement Header(ReportData data, IEnumerable<(string Id, string Title)> sections)
    {
        var first = data.Runs[0];
        return new XElement(
            "header",
            new XElement("h1", "Migration barriers: " + first.Title),
            Html.Paragraph(Lead(data), "lead"),
            new XElement("div", new XAttribute("class", "tiles"), ReportPart.Both.Where(part => part.Of(first).Count > 0).SelectMany(part => Tiles(data, first, part))),
            new XElement("nav", sections.Select(section => new XElement("a", new XAttribute("href", "#" + section.Id), section.Title))));
    }

    private static string Lead(ReportData data)
    {
        var first = data.Runs[0];
        var info = first.Run!.Info;
        string[] others =
        [
            .. data.Runs.Skip(1).Select(run => run.Title),
            .. data.Published.Count > 0 ? ["published models"] : Array.Empty<string>(),
            "the floors of predicting a constant",
        ];
        return string.Create(CultureInfo.InvariantCulture, $"{info.Size}; {info.Protocol}; {info.Date:yyyy-MM-dd}. Beside it: {string.Join(", ", others)}.");
    }

    private static IEnumerable<XElement> Tiles(ReportData data, ReportEntry first, ReportPart part)
    {
        var scores = data.Scores(first, part);
        var where = string.Create(CultureInfo.InvariantCulture, $"{part.Name}, {scores.Metrics.Count} paths");
        yield return Tile("MAE / eV", scores.Mae.ToString(), where);
        yield return Tile("R²", scores.R2.ToString(), where);
        yield return Tile("good or poor at 0.65 eV", ClassSection.Classes(part.Of(first), data.Bootstrap).Accuracy.ToPercent(), where);
    }

    private static XElement Tile(string what, string value, string where) => new(
        "div", new XAttribute("class", "tile"), what, new XElement("strong", value), new XElement("small", where));

    private static XElement Footer() => new(
        "footer",
        "Em is the migration barrier of an ion. Errors are predicted minus expected. Reference barriers and published predictions: Devi, Butler and Sai Gautam, "
        + "npj Computational Materials 2026 (arXiv 2508.06436). Written by migrate report.");
}
