using System.Text.Json;
using Migrate.Training.Tests;

namespace Migrate.Cli.Tests;

/// <summary>Random forest and gradient boosting from training to prediction.</summary>
public sealed class TreeTests : CliTest
{
    private const string Row = """
        {
          "row": "own", "title": "Own", "kind": "Trees", "folds": 2, "seeds": [1],
          "trees": { "method": "METHOD", "trees": 30, "columns": 20, "innerFolds": 2, "grid": [{ "smallestLeaf": 1 }, { "depth": 1 }] },
        }
        """;

    [Theory]
    [InlineData("rfr", "RandomForest")]
    [InlineData("gbr", "GradientBoosting")]
    public void A_trained_folder_predicts_and_is_scored(string model, string method)
    {
        using var training = new LabelledPaths(24);
        using var others = new LabelledPaths(6, seed: 2);
        var (config, run) = (Write("own.json", Row.Replace("METHOD", method, StringComparison.Ordinal)), Path.Combine(Folder, "run"));
        var trained = Run("train", "--model", model, "--config", config, "--data", training.File_, "--run", run);
        Assert.True(trained.Code == ExitCode.Success, trained.Error);
        Assert.Contains("importance", trained.Output, StringComparison.Ordinal);

        var best = Path.Combine(run, "best");
        var predicted = Run("predict", others.File_, "--model", best, "--json");
        Assert.True(predicted.Code == ExitCode.Success, predicted.Error);
        using var json = JsonDocument.Parse(predicted.Output);
        Assert.Equal(30, json.RootElement.GetProperty("model").GetProperty("trees").GetInt32());
        var all = json.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("barrier_ev").GetDouble()).ToList();
        Assert.Equal(6, all.Count);
        // Barriers of these data are 0.2 to 1.2 eV.
        Assert.All(all, barrier => Assert.InRange(barrier, 0.1, 1.3));
        Assert.Equal(ExitCode.Success, Run("predict", others.File_, "--model", best).Code);

        var scored = Run("evaluate", others.File_, "--model", best);
        Assert.True(scored.Code == ExitCode.Success, scored.Error);
        Assert.Contains("MAE", scored.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, Run("profile", others.File_, "--model", best).Code);
    }

    [Fact]
    public void Damaged_folders_and_wrong_rows_are_told()
    {
        Write("broken/baseline.json", "{ }");
        using var paths = new LabelledPaths(3);
        var broken = Run("predict", paths.File_, "--model", Path.Combine(Folder, "broken"));
        Assert.Equal(ExitCode.BadInput, broken.Code);
        Assert.Contains("no model of trees", broken.Error, StringComparison.Ordinal);
        var row = Run("train", "--model", "rfr", "--config", Write("other.json", Row.Replace("\"Trees\"", "\"Descriptors\"", StringComparison.Ordinal).Replace("METHOD", "RandomForest", StringComparison.Ordinal)), "--data", paths.File_, "--run", Path.Combine(Folder, "run"));
        Assert.Equal(ExitCode.BadInput, row.Code);
        Assert.Contains("kind", row.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Run("train", "--model", "gbr", "--run", Folder).Code);
        Assert.Equal(ExitCode.Usage, Run("train", "--run", Folder).Code);
    }
}
