using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Migrate.Evaluation.Tests.Reporting;

/// <summary>The page of a report: well-formed, complete in itself, with the numbers of its runs.</summary>
public sealed partial class ProtocolReportTests
{
    private static readonly string[] Sections =
        ["scores", "comparison", "errors", "groups", "ions", "scenarios", "paths", "classes", "curve", "intervals", "runs"];

    private static readonly string[] Void = ["meta"];

    private static readonly Bootstrap Quick = new() { Resamples = 50 };

    private static readonly Lazy<XElement> Full = new(() => Parse(ProtocolReport.Create(
        [SampleRun.Create("first & best", 0.1), SampleRun.Create("second", 0.3)], Reference(), Quick)));

    [Fact]
    public void Every_section_has_a_table_and_where_it_makes_sense_a_picture()
    {
        var sections = Full.Value.Descendants("section").ToDictionary(s => (string)s.Attribute("id")!);
        Assert.Equal(Sections, sections.Keys);
        Assert.All(sections.Values, section => Assert.NotEmpty(section.Descendants("table")));
        Assert.All(Sections.Except(["classes", "runs"]), id => Assert.Contains(sections[id].Descendants(), e => e.Name.LocalName == "svg"));
        Assert.DoesNotContain(Full.Value.Descendants(), e => (string?)e.Attribute("class") == "missing");
        Assert.All(Full.Value.Descendants("nav").Single().Elements("a"), a => Assert.Contains(((string)a.Attribute("href")!)[1..], Sections));
    }

    [Fact]
    public void Page_needs_nothing_from_outside()
    {
        var page = Full.Value;
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe" or "img" or "object" or "image" or "use");
        Assert.All(page.Descendants("style"), style => Assert.DoesNotMatch("url|@import", style.Value));
        Assert.All(
            page.Descendants().Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.LocalName is "href" or "src"),
            attribute => Assert.StartsWith("#", attribute.Value, StringComparison.Ordinal));
        // Names of XML namespaces look like addresses and are none.
        Assert.All(
            page.Descendants().Attributes().Where(a => !a.IsNamespaceDeclaration), attribute => Assert.DoesNotContain("://", attribute.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_reads_the_same_as_html_and_as_xml()
    {
        var page = Full.Value;
        // What HTML would take for an opened element, and what it would read literally.
        Assert.All(page.Descendants().Where(e => e.Name.Namespace == XNamespace.None && !Void.Contains(e.Name.LocalName)), e => Assert.False(e.IsEmpty, e.ToString()));
        Assert.All(page.Descendants("style"), style => Assert.DoesNotMatch("[<>&]", style.Value));
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants().Attributes().Select(a => UrlReference().Match(a.Value)).Where(m => m.Success), m => Assert.Contains(m.Groups[1].Value, ids));
        Assert.Contains("first & best", page.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void First_table_holds_runs_published_models_and_floors()
    {
        var run = SampleRun.Create("first & best", 0.1);
        var test = PathPrediction.Mean(run.Of(PredictionSplit.Test));
        var scores = RegressionEstimates.Compute([.. test.Select(p => p.Expected)], [.. test.Select(p => p.Predicted)], Quick);
        var rows = Full.Value.Descendants("table").First().Descendants("tbody").Single().Elements("tr").ToList();
        Assert.Equal(
            ["first & best", "second", "MODEL-3, published", "Orb-v3 + NEB, end points relaxed", "predicting the training mean", "predicting the training median"],
            rows.Select(row => row.Element("th")!.Value));
        Assert.Equal([scores.R2.ToString(), scores.Mae.ToString(), scores.Rmse.ToString()], rows[0].Elements("td").Take(3).Select(td => td.Value));
        Assert.Equal("0.000 ± 0.000", rows[2].Elements("td").ElementAt(1).Value);
        Assert.Equal("0.157 ± 0.022", rows[3].Elements("td").ElementAt(1).Value);
    }

    [Fact]
    public void Pictures_have_words_and_scale()
    {
        Assert.SkipUnless(ProtocolReport.HasFont, "this machine has no font");
        var pictures = Full.Value.Descendants().Where(e => e.Name.LocalName == "svg").ToList();
        Assert.All(pictures, svg => Assert.StartsWith("0 0 ", (string)svg.Attribute("viewBox")!, StringComparison.Ordinal));
        Assert.All(pictures, svg => Assert.NotEmpty((string)svg.Attribute("aria-label")!));
        Assert.All(pictures, svg => Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value.Length > 0));
        var words = pictures.SelectMany(svg => svg.Descendants()).Where(e => e.Name.LocalName == "text").ToList();
        Assert.Contains(words, text => text.Value == "MAE / eV" && (string?)text.Attribute("text-anchor") == "middle");
        Assert.Contains(words, text => text.Value == "second" && (string?)text.Attribute("text-anchor") == "end");
    }

    [Fact]
    public void Sections_without_data_say_why()
    {
        var run = SampleRun.Create("only", 0.1, intervals: false, curve: false);
        run = run with { Set = new PredictionSet(run.Of(PredictionSplit.Test)) };
        var page = Parse(ProtocolReport.Create([run], bootstrap: Quick));
        var missing = page.Descendants("section").Where(s => s.Descendants("p").Any(p => (string?)p.Attribute("class") == "missing")).Select(s => (string)s.Attribute("id")!);
        Assert.Equal(["scores", "comparison", "scenarios", "paths", "curve", "intervals"], missing);
    }

    [Fact]
    public void A_learning_curve_alone_makes_a_page()
    {
        var run = SampleRun.Create("curve", 0.1);
        run = run with { Set = new PredictionSet(run.Of(PredictionSplit.LearningCurve)) };
        var sections = Parse(ProtocolReport.Create([run], bootstrap: Quick)).Descendants("section").ToList();
        Assert.Equal(["curve"], sections.Where(s => s.Descendants("figure").Any()).Select(s => (string)s.Attribute("id")!));
        Assert.All(sections, s => Assert.True(s.Elements().Count() > 1));
    }

    [Fact]
    public void Same_runs_give_the_same_page()
    {
        ResultRun[] runs = [SampleRun.Create("one", 0.1)];
        Assert.Equal(ProtocolReport.Create(runs, bootstrap: Quick), ProtocolReport.Create(runs, bootstrap: Quick));
    }

    [Fact]
    public void Titles_must_differ() =>
        Assert.Throws<ArgumentException>(() => ProtocolReport.Create([SampleRun.Create("same", 0.1), SampleRun.Create("same", 0.2)]));

    // A published model that is right about every test path.
    private static ReferencePredictions Reference()
    {
        var test = PathPrediction.Mean(SampleRun.Create("any", 0.1).Of(PredictionSplit.Test)).Select(p => p with { Predicted = p.Expected, Lower = null, Upper = null });
        return new ReferencePredictions("reference.csv", [("model3", [], [.. test])]);
    }

    private static XElement Parse(string page)
    {
        Assert.StartsWith("<!DOCTYPE html>\n<html", page, StringComparison.Ordinal);
        return XDocument.Parse(page).Root!;
    }

    [GeneratedRegex(@"url\(#([^)]+)\)")]
    private static partial Regex UrlReference();
}
