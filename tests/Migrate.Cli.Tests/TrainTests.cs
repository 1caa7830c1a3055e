using System.Diagnostics;
using System.Text.Json;
using Migrate.Training.Tests;

namespace Migrate.Cli.Tests;

/// <summary>Training from the command line: a folder of results, a model that predicts, and runs that survive being killed.</summary>
[Collection(nameof(OneRandomState))]
public sealed class TrainTests : CliTest
{
    private const string Config = """
        {
          // A network of toy size.
          "model": { "hiddenFeatures": 16, "embeddingFeatures": 8, "alignnLayers": 1, "gcnLayers": 1 },
          "validation": { "strategy": "Tail", "fraction": 0.2 },
          "epochs": 40, "batchSize": 4, "learningRate": 1e-2, "shuffle": true, "threads": 1,
        }
        """;

    private readonly LabelledPaths _data = new(40);

    [Fact]
    public void A_run_leaves_everything_that_is_needed_behind()
    {
        var run = Path.Combine(Folder, "run");
        var config = Write("train.json", Config.Replace("40,", "3,", StringComparison.Ordinal));
        var result = Run("train", "--config", config, "--run", run, "--data", _data.File_, "--device", "cpu");
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Contains("validation MAE", result.Output, StringComparison.Ordinal);
        Assert.All(
            ["config.json", "environment.json", "metrics.csv", "loss.png", "loss.svg", "best/model.safetensors", "best/config.json", "best/scaler.json"],
            file => Assert.True(new FileInfo(Path.Combine(run, file)) is { Exists: true, Length: > 0 }, file));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);

        var scores = Run("evaluate", _data.File_, "--model", Path.Combine(run, "best"), "--training", _data.File_, "--json");
        Assert.Equal(ExitCode.Success, scores.Code);
        using var json = JsonDocument.Parse(scores.Output);
        Assert.NotEqual(JsonValueKind.Undefined, json.RootElement.ValueKind);
    }

    [Fact]
    public void The_published_policy_overrules_the_configuration_and_options_beside_it_win()
    {
        var run = Path.Combine(Folder, "run");
        using var few = new LabelledPaths(11);
        var result = Run(
            "train", "--config", Write("train.json", Config), "--policy", "published", "--epochs", "1", "--batch-size", "5", "--run", run, "--data", few.File_,
            "--device", "cpu");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        Assert.Contains("9 training and 1 validation paths", result.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "config.json")));
        var root = json.RootElement;
        Assert.Equal((1, 5, false), (root.GetProperty("epochs").GetInt32(), root.GetProperty("batchSize").GetInt32(), root.GetProperty("shuffle").GetBoolean()));
        Assert.Equal(256, root.GetProperty("model").GetProperty("hiddenFeatures").GetInt32());
        Assert.Equal("Published", root.GetProperty("graph").GetProperty("ties").GetString());
    }

    [Theory, InlineData("train"), InlineData("pretrain"), InlineData("finetune"), InlineData("reproduce")]
    public void An_unknown_policy_is_told_in_one_line(string command)
    {
        string[] needed = command switch
        {
            "reproduce" => ["model3-scratch"],
            "finetune" => ["--from", Folder, "--run", Folder, "--model", "model3"],
            _ => ["--config", "model3-published", "--run", Folder],
        };
        var result = Run([command, .. needed, "--policy", "printed"]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("printed", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public void A_run_killed_in_the_middle_goes_on_with_the_same_numbers()
    {
        var config = Write("train.json", Config);
        var (whole, killed) = (Path.Combine(Folder, "whole"), Path.Combine(Folder, "killed"));
        string[] Arguments(string run) => ["train", "--config", config, "--run", run, "--data", _data.File_, "--device", "cpu"];
        Assert.Equal(ExitCode.Success, Run(Arguments(whole)).Code);
        using (var process = Start(Arguments(killed)))
        {
            // SIGKILL once some epochs are done; the process gets no chance to tidy up.
            var metrics = Path.Combine(killed, "metrics.csv");
            while (!process.HasExited && (!File.Exists(metrics) || File.ReadAllLines(metrics).Length < 6))
            {
                Thread.Sleep(5);
            }

            process.Kill();
            process.WaitForExit();
        }

        var resumed = Run(Arguments(killed));
        Assert.True(resumed.Code == ExitCode.Success, resumed.Error);
        Assert.Equal(Curve(whole), Curve(killed));
    }

    [Fact]
    public void Paths_without_a_barrier_are_named_and_left_out()
    {
        var config = Write("train.json", Config.Replace("40,", "1,", StringComparison.Ordinal));
        var lines = File.ReadAllLines(_data.File_);
        lines[3] = lines[3].Replace("\"target\"", "\"remark\"", StringComparison.Ordinal);
        lines[5] = "{ broken";
        var data = Write("data.jsonl", string.Join('\n', lines) + "\n");
        var result = Run("train", "--config", config, "--run", Path.Combine(Folder, "run"), "--data", data, "--device", "cpu");
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        Assert.Equal(2, result.Error.Split('\n').Count(line => line.StartsWith("left out: ", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Curve(string run) =>
        File.ReadLines(Path.Combine(run, "metrics.csv")).Select(line => line[..line.LastIndexOf(',')]);

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(CliApplication).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}

/// <summary>Torch has one random state for the whole process: nobody may draw from it while weights are drawn.</summary>
[CollectionDefinition(nameof(OneRandomState), DisableParallelization = true)]
public class OneRandomState;
