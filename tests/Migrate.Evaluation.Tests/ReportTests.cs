using System.Text.Json;

namespace Migrate.Evaluation.Tests;

public class ReportTests
{
    private static EvaluationReport Report() => EvaluationReport.Create(
        "model", [0.2, 0.4, 1, 1.2], [0.25, 0.4, 0.6, 1.4], ["spinel", "spinel", null, "layered"], [0.2, 0.5, 2]);

    [Fact]
    public void Groups_are_broken_down_largest_first()
    {
        var groups = Report().Groups;
        Assert.Equal(["spinel", "", "layered"], groups.Select(g => g.Group));
        Assert.Equal(0.025, groups[0].Metrics.Mae, 12);
    }

    // Training values 0.2, 0.5, 2: mean 0.9, median 0.5; errors on 0.2, 0.4, 1, 1.2 are 0.7, 0.5, 0.1, 0.3 and 0.3, 0.1, 0.5, 0.7.
    [Fact]
    public void Floor_is_that_of_the_training_values()
    {
        var floor = Report().Floor!;
        Assert.Equal((0.9, 0.5), (floor.Mean, floor.Median));
        Assert.Equal(1.6 / 4, floor.OfMean.Mae, 12);
        Assert.Equal(1.6 / 4, floor.OfMedian.Mae, 12);
    }

    [Fact]
    public void Text_and_markdown_hold_the_same_numbers()
    {
        var report = Report();
        foreach (var number in (string[])["0.400", "spinel", "(none)", "Em <= 0.65 eV", "25.0 %", "Accuracy: 75.0"])
        {
            Assert.Contains(number, report.ToText(), StringComparison.Ordinal);
            Assert.Contains(number, report.ToMarkdown(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Json_reads_back_and_has_null_for_what_does_not_exist()
    {
        using var json = JsonDocument.Parse(EvaluationReport.Create("one", [1], [2]).ToJson());
        var regression = json.RootElement.GetProperty("regression");
        Assert.Equal(1, regression.GetProperty("mae_ev").GetDouble());
        Assert.Equal(JsonValueKind.Null, regression.GetProperty("r2").ValueKind);
        Assert.Equal(1, json.RootElement.GetProperty("classification").GetProperty("true_negative").GetInt32());
    }

    [Fact]
    public void Files_are_replaced_whole()
    {
        var folder = Directory.CreateTempSubdirectory("migrate-report-").FullName;
        var path = Path.Combine(folder, "report.json");
        Report().WriteJson(path);
        Report().WriteJson(path);
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Table_aligns_escapes_and_quotes()
    {
        var table = new TextTable("a|b", "n").Add("x, \"y\"", "1").Add("longer cell", "23");
        Assert.Equal(["a|b           n", "-----------  --", "x, \"y\"        1", "longer cell  23"], Lines(table.ToText()));
        Assert.Equal(["| a\\|b        |   n |", "|-------------|----:|", "| x, \"y\"      |   1 |", "| longer cell |  23 |"], Lines(table.ToMarkdown()));
        Assert.Equal("a|b,n\n\"x, \"\"y\"\"\",1\nlonger cell,23\n", table.ToCsv());
        Assert.Throws<ArgumentException>(() => table.Add("one"));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
