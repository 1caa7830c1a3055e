using System.Xml.Linq;

namespace Migrate.Cli.Tests;

/// <summary><c>migrate report</c> from result folders to the page.</summary>
public sealed class ReportTests : CliTest
{
    private const string Header = "split,seed,fold,train_size,name,ion,class,framework,expected_ev,predicted_ev,lower_ev,upper_ev\n";

    private const string Predictions = Header
        + "cv,1,0,2,a_1,Li,SPINEL,O2Mn1,0.3,0.4,0.1,0.7\ncv,1,0,2,a_2,Li,SPINEL,O2Mn1,0.7,0.6,0.3,0.9\n"
        + "cv,1,1,2,b_1,Na,LAYERED,O2Co1,0.5,0.4,0.1,0.7\ncv,1,1,2,b_2,Na,LAYERED,O2Co1,1.0,1.1,0.8,1.4\n"
        + "test,1,,4,a_3,Li,SPINEL,O2Mn1,0.4,0.5,,\ntest,1,,4,c,Li,OLIVINE,P1O4,0.9,0.7,,\n";

    [Fact]
    public void Page_of_two_runs_and_a_reference_is_written()
    {
        var (first, second) = (Result("first", Predictions), Result("second", Predictions));
        var reference = Write("published.csv", "split,jid,sys_name,em_ev,model3\ntrain,0,a_1,0.3,0.31\ntest,0,a_3,0.4,0.45\ntest,1,c,0.9,0.8\n");
        var page = Path.Combine(Folder, "report.html");
        var result = Run("report", first, second, "--reference", reference, "-o", page, "--resamples", "20");
        Assert.Equal("", result.Error);
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Equal(page, result.Output.Trim());
        var titles = XDocument.Load(page).Descendants("table").First().Descendants("tbody").Elements("tr").Select(row => row.Element("th")!.Value);
        Assert.Equal(["first", "second", "MODEL-3, published"], titles.Take(3));
        Assert.Equal(["report.html"], Directory.GetFiles(Folder, "report*").Select(Path.GetFileName));
    }

    [Fact]
    public void Broken_input_is_one_line_and_no_page()
    {
        var good = Result("good", Predictions);
        var page = Path.Combine(Folder, "report.html");
        var broken = Result("broken", Header + "cv,1,0,2,a_1,Li,SPINEL,O2Mn1,0.3,high,,\n");
        var twice = Path.Combine(Folder, "twice");
        Directory.CreateDirectory(twice);
        File.Copy(Path.Combine(good, "row.json"), Path.Combine(twice, "row.json"));
        File.Copy(Path.Combine(good, "predictions.csv"), Path.Combine(twice, "predictions.csv"));
        Refused(ExitCode.BadInput, "predictions.csv:2: \"high\" in column predicted_ev; a finite number is needed", good, broken, "-o", page);
        Refused(ExitCode.BadInput, "row.json: the title \"good\" is also that of", good, twice, "-o", page);
        Refused(ExitCode.BadInput, "nowhere", Path.Combine(Folder, "nowhere"), "-o", page);
        Refused(ExitCode.BadInput, "published.csv:2: ", good, "-o", page, "-r", Write("published.csv", "split,sys_name,em_ev,m\ntest,a_1,9,1\n"));
        Refused(ExitCode.Usage, "--output", good);
        Refused(ExitCode.Usage, "--resamples must be at least 2", good, "-o", page, "--resamples", "1");
        Assert.False(File.Exists(page));
    }

    private static void Refused(int code, string message, params string[] args)
    {
        var result = Run(["report", .. args]);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    private string Result(string title, string predictions)
    {
        Write($"{title}/row.json", $$"""
            { "row": "{{title}}", "title": "{{title}}", "size": "small", "parameters": 12, "protocol": "2-fold", "date": "2026-11-23",
              "commit": "abc", "trainingPaths": 4, "seconds": 1.5 }
            """);
        return Path.GetDirectoryName(Write($"{title}/predictions.csv", predictions))!;
    }
}
