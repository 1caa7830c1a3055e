using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Migrate.Training.Tests;
using Migrate.Training.Tests.Pretraining;

namespace Migrate.Cli.Tests;

/// <summary>Pre-training on made-up properties and fine-tuning from it, from the command line.</summary>
[Collection(nameof(OneRandomState))]
public sealed class PretrainTests : CliTest
{
    private const string Config = """
        {
          // Toy size, two properties.
          "properties": [{ "name": "radius", "unit": "nm", "file": "radius.jsonl" }, { "name": "gap", "unit": "eV", "file": "gap.jsonl" }],
          "model": { "hiddenFeatures": 8, "embeddingFeatures": 8, "alignnLayers": 1, "gcnLayers": 1 },
          "graph": { "neighbors": 4 },
          "epochs": 3, "tripletsPerBatch": 300, "learningRate": 1e-2, "threads": 1,
        }
        """;

    private readonly PropertyFiles _files = PropertyFiles.Oxides();

    [Fact]
    public void A_run_is_scored_and_barriers_can_be_learned_from_it()
    {
        var run = Path.Combine(Folder, "run");
        var result = Run(Pretrain(Config, run));
        Assert.True(result.Code == ExitCode.Success, result.Error);
        Assert.DoesNotContain("left out", result.Error, StringComparison.Ordinal);
        Assert.Contains("radius", result.Output, StringComparison.Ordinal);
        Assert.Contains("13 training and 5 held-out structures", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "properties.csv")).Length);
        Assert.All(
            ["config.json", "environment.json", "metrics.csv", "best/model.safetensors"], file => Assert.True(File.Exists(Path.Combine(run, file)), file));

        RequireHeldOutScores(run);
        using var paths = new LabelledPaths(8);
        var config = Write("train.json", "{ \"epochs\": 2, \"batchSize\": 4, \"threads\": 1, \"validation\": { \"strategy\": \"None\" } }");
        foreach (var strategy in new[] { "all-weights", "new-head", "last-layer", "frozen-three-body", "frozen-two-body", "kept-head" })
        {
            var tuned = Run(
                "finetune", "--from", run, "--run", Path.Combine(Folder, strategy), "--data", paths.File_, "--config", config, "--strategy", strategy,
                "--head", "1", "--device", "cpu");
            Assert.True(tuned.Code == ExitCode.Success, tuned.Error);
        }

        var wrong = Run("finetune", "--from", run, "--run", Path.Combine(Folder, "x"), "--data", paths.File_, "--config", config, "--strategy", "last-layer", "--head", "2");
        Assert.Equal(ExitCode.BadInput, wrong.Code);
        Assert.Contains("head 2 is none of them", wrong.Error, StringComparison.Ordinal);
    }

    // What the checkpoint predicts of plain structures has the error that the run has written down: outputs, their order and their units are right.
    private void RequireHeldOutScores(string run)
    {
        var result = Run("predict", Path.Combine(_files.Folder, "radius.jsonl"), "--model", Path.Combine(run, "best"), "--json");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(["radius (nm)", "gap (eV)"], json.RootElement.GetProperty("model").GetProperty("properties").EnumerateArray().Select(p => p.GetString()!));
        var predictions = json.RootElement.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(12, predictions.Length);
        // Test entries of the first file, and of the second among those that both have.
        int[] heldOut = [3, 7, 9, 11];
        var error = heldOut.Average(i => Math.Abs(predictions[i].GetProperty("values")[0].GetDouble() - PropertyFiles.Radius(i)));
        var columns = File.ReadLines(Path.Combine(run, "metrics.csv")).First().Split(',').ToList();
        var written = File.ReadLines(Path.Combine(run, "metrics.csv")).Last().Split(',')[columns.IndexOf("radius MAE")];
        Assert.Equal(double.Parse(written, CultureInfo.InvariantCulture), error, 1e-5);
    }

    [Fact]
    public void A_run_killed_in_the_middle_goes_on_with_the_same_numbers()
    {
        var config = Config.Replace("\"epochs\": 3", "\"epochs\": 20", StringComparison.Ordinal);
        var (whole, killed) = (Path.Combine(Folder, "whole"), Path.Combine(Folder, "killed"));
        Assert.Equal(ExitCode.Success, Run(Pretrain(config, whole)).Code);
        using (var process = Start(Pretrain(config, killed)))
        {
            var metrics = Path.Combine(killed, "metrics.csv");
            while (!process.HasExited && (!File.Exists(metrics) || File.ReadAllLines(metrics).Length < 5))
            {
                Thread.Sleep(5);
            }

            process.Kill();
            process.WaitForExit();
        }

        Assert.Equal(ExitCode.Success, Run(Pretrain(config, killed)).Code);
        Assert.Equal(Curve(whole), Curve(killed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "properties.csv")), File.ReadAllText(Path.Combine(killed, "properties.csv")));
    }

    [Fact]
    public void A_broken_line_is_left_out_with_its_place_and_the_rest_is_learned()
    {
        var file = _files.Write("gap.jsonl", [.. Enumerable.Range(6, 12).Select(i => PropertyFiles.Line(i, PropertyFiles.Gap(i), i % 5 == 4)), "{ broken"]);
        var result = Run(Pretrain(Config, Path.Combine(Folder, "run")));
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        var line = Assert.Single(result.Error.Split('\n'), l => l.StartsWith("left out: ", StringComparison.Ordinal));
        Assert.StartsWith($"left out: {file}:13: ", line, StringComparison.Ordinal);
        Assert.Contains("gap", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_stops_the_run()
    {
        var run = Path.Combine(Folder, "run");
        var missing = Run(Pretrain(Config.Replace("gap.jsonl", "none.jsonl", StringComparison.Ordinal), run));
        Assert.Equal(ExitCode.BadInput, missing.Code);
        Assert.Contains(Path.Combine(_files.Folder, "none.jsonl"), missing.Error, StringComparison.Ordinal);

        var config = Run(Pretrain("{ \"properties\": [] }", run));
        Assert.Equal(ExitCode.BadInput, config.Code);
        Assert.Contains("properties is empty", config.Error, StringComparison.Ordinal);

        _files.Write("gap.jsonl", Enumerable.Range(0, 4).Select(i => PropertyFiles.Line(i, 1, i == 3)));
        var constant = Run(Pretrain(Config, run));
        Assert.Equal(ExitCode.BadInput, constant.Code);
        Assert.Contains("property 'gap'", constant.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    private string[] Pretrain(string config, string run) =>
        ["pretrain", "--config", Write("pretrain.json", config), "--run", run, "--data", _files.Folder, "--device", "cpu"];

    // All but the seconds.
    private static IEnumerable<string> Curve(string run) =>
        File.ReadLines(Path.Combine(run, "metrics.csv")).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != 3)));

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CliApplication).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}
