using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Migrate.Potentials.Tests;
using Migrate.Training.Protocol;
using Migrate.Training.Tests;

namespace Migrate.Cli.Tests;

/// <summary>Rows of the results table from the command line, on a made-up data set.</summary>
[Collection(nameof(OneRandomState))]
public sealed class ReproduceTests : CliTest
{
    private const string Descriptors = """
        {
          "row": "own", "title": "Own", "kind": "Descriptors", "folds": 2, "seeds": [1, 2],
          "descriptors": { "trees": { "trees": 10 } },
        }
        """;

    private const string Ensemble = """
        {
          "row": "both", "title": "Both", "kind": "Ensemble", "folds": 2, "descriptors": { "trees": { "trees": 10 } },
          "training": {
            "model": { "hiddenFeatures": 8, "embeddingFeatures": 8, "alignnLayers": 1, "gcnLayers": 1 },
            "graph": { "neighbors": 4 }, "epochs": 1, "batchSize": 8, "threads": 1,
          },
        }
        """;

    [Fact]
    public void The_list_names_every_row()
    {
        var result = Run("reproduce", "--list");
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.All(RowConfigs.Names, name => Assert.Contains(result.Output.Split('\n'), line => line.StartsWith(name + " ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Unknown_rows_folds_and_folders_are_told()
    {
        var data = Data(out var test);
        Assert.True(File.Exists(test));
        var row = Run("reproduce", "nothing", "--data", data, "--runs", Folder, "--device", "cpu");
        Assert.Equal(ExitCode.BadInput, row.Code);
        Assert.Contains("no row 'nothing'", row.Error, StringComparison.Ordinal);
        // A mistyped name comes before a missing folder.
        var both = Run("reproduce", "nothing", "--data", Path.Combine(Folder, "nowhere"), "--runs", Folder, "--device", "cpu");
        Assert.Contains("no row 'nothing'", both.Error, StringComparison.Ordinal);
        var fold = Run("reproduce", "descriptors", "--fold", "5", "--data", data, "--runs", Folder, "--device", "cpu");
        Assert.Equal(ExitCode.Usage, fold.Code);
        Assert.Contains("--fold 5", fold.Error, StringComparison.Ordinal);
        var folder = Run("reproduce", "descriptors", "--data", Path.Combine(Folder, "nowhere"), "--runs", Folder, "--device", "cpu");
        Assert.Equal(ExitCode.BadInput, folder.Code);
        Assert.Contains("migration-barriers", folder.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Run("reproduce").Code);
        Assert.Equal(ExitCode.Usage, Run("reproduce", "descriptors", "--final", "--export").Code);
    }

    [Fact]
    public void A_row_is_cross_validated_with_the_test_paths_closed_and_then_final()
    {
        var (data, runs, row) = (Data(out var test), Path.Combine(Folder, "runs"), Write("own.json", Descriptors));
        var packed = File.ReadAllBytes(test);
        File.Delete(test);
        string[] arguments = ["reproduce", row, "--data", data, "--runs", runs, "--device", "cpu"];
        var early = Run([.. arguments, "--final"]);
        Assert.Equal(ExitCode.BadInput, early.Code);
        Assert.Contains("no cross-validation yet", early.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, Run([.. arguments, "--fold", "1"]).Code);
        Assert.False(File.Exists(Path.Combine(runs, "own", "predictions.csv")));
        var result = Run(arguments);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        Assert.StartsWith("own: cross-validation MAE ", result.Output, StringComparison.Ordinal);
        Assert.Equal(1 + 48, File.ReadAllLines(Path.Combine(runs, "own", "predictions.csv")).Length);
        Assert.Equal(result.Output, Run(arguments).Output);

        File.WriteAllBytes(test, packed);
        var final = Run([.. arguments, "--final"]);
        Assert.True(final.Code == ExitCode.Success, final.Error);
        Assert.Contains("own", File.ReadAllText(Path.Combine(runs, "final.md")), StringComparison.Ordinal);
        // Two seeds: 24 out of fold, 24 trained on and 12 tested.
        Assert.Equal(1 + (2 * 60), File.ReadAllLines(Path.Combine(runs, "own", "predictions.csv")).Length);
    }

    [Fact]
    public void Folds_by_structure_are_a_row_of_their_own()
    {
        var runs = Path.Combine(Folder, "runs");
        var result = Run("reproduce", Write("own.json", Descriptors), "--groups", "structure", "--data", Data(out _), "--runs", runs, "--device", "cpu");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        Assert.StartsWith("own-by-structure: cross-validation MAE ", result.Output, StringComparison.Ordinal);
        Assert.Contains("grouped by structure", File.ReadAllText(Path.Combine(runs, "own-by-structure", "row.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_are_dealt_out_by_other_seeds_and_the_scatter_is_told()
    {
        var runs = Path.Combine(Folder, "runs");
        string[] arguments = ["reproduce", Write("own.json", Descriptors), "--data", Data(out _), "--runs", runs, "--device", "cpu"];
        var result = Run([.. arguments, "--fold-seed", "1", "2", "3"]);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        double[] scores = [.. lines[..3].Select(line => double.Parse(line.Split("MAE ")[1].Split(' ')[0], CultureInfo.InvariantCulture))];
        Assert.Equal(3, scores.Distinct().Count());
        Assert.StartsWith("own: cross-validation MAE ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("own-folds-2: cross-validation MAE ", lines[1], StringComparison.Ordinal);
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / 2);
        var told = lines[3].Split("MAE ")[1].Split(' ');
        Assert.StartsWith("own: over 3 deals of the folds MAE ", lines[3], StringComparison.Ordinal);
        Assert.Equal(mean, double.Parse(told[0], CultureInfo.InvariantCulture), 1e-3);
        Assert.Equal(deviation, double.Parse(told[2], CultureInfo.InvariantCulture), 1e-3);
        Assert.True(File.Exists(Path.Combine(runs, "own-folds-3", "predictions.csv")));

        var refused = Run([.. arguments, "--fold-seed", "2", "--final"]);
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("--fold-seed is for cross-validation", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_beside_its_reference_is_said_not_to_be_reproduced()
    {
        var text = Descriptors.Replace("\"folds\"", "\"reference\": { \"mae\": 50, \"r2\": 0, \"tolerance\": 0.1 }, \"folds\"", StringComparison.Ordinal);
        var result = Run("reproduce", Write("own.json", text), "--data", Data(out _), "--runs", Path.Combine(Folder, "runs"), "--device", "cpu");
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        Assert.Contains("not reproduced", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exported_ensemble_predicts_with_intervals()
    {
        var (data, runs) = (Data(out var test), Path.Combine(Folder, "runs"));
        File.Delete(test);
        var export = Run("reproduce", Write("both.json", Ensemble), "--export", "--data", data, "--runs", runs, "--device", "cpu");
        Assert.True(export.Code == ExitCode.Success, export.Error);
        using var paths = new LabelledPaths(3, seed: 5);
        var predicted = Run("predict", paths.File_, "--model", export.Output.Trim(), "--json");
        Assert.True(predicted.Code == ExitCode.Success, predicted.Error);
        using var json = JsonDocument.Parse(predicted.Output);
        var all = json.RootElement.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(3, all.Count);
        Assert.All(all, p => Assert.InRange(p.GetProperty("barrier_ev").GetDouble(), p.GetProperty("lower_90_ev").GetDouble(), p.GetProperty("upper_90_ev").GetDouble()));
    }

    [Fact]
    public void A_model_that_learned_from_bands_predicts_with_the_same_potential_only()
    {
        var (data, runs) = (Data(out var test), Path.Combine(Folder, "runs"));
        File.Delete(test);
        using var weights = new RandomWeights("M3GNet-original");
        var potential = Path.Combine(data, "potentials", "random");
        Copy(weights.Folder, potential);
        var row = Descriptors.Replace("\"folds\"", "\"potential\": \"random\", \"folds\"", StringComparison.Ordinal);
        string[] at = ["--data", data, "--runs", runs, "--device", "cpu"];
        var bands = Run(["reproduce", Write("bands.json", row), "--export", .. at]);
        Assert.True(bands.Code == ExitCode.Success, bands.Error);
        Assert.Equal(2 + 24, File.ReadAllLines(Path.Combine(runs, "neb-random.csv")).Length);

        var ensemble = Run(["reproduce", Write("both.json", Ensemble), "--export", .. at]).Output.Trim();
        using var paths = new LabelledPaths(3, seed: 5);
        string[] predict = ["predict", paths.File_, "--model", ensemble, "--device", "cpu", "--json"];
        var without = Run([.. predict, "--potential", potential]);
        Assert.Equal(ExitCode.BadInput, without.Code);
        Assert.Contains("has learned from no bands", without.Error, StringComparison.Ordinal);
        Copy(bands.Output.Trim(), ensemble);
        var plain = Barriers(Run(predict), out var none);
        Assert.All(none, Assert.Null);
        var relaxed = Barriers(Run([.. predict, "--potential", potential]), out var barriers);
        using var neb = JsonDocument.Parse(Run(
            "neb", paths.File_, "-p", potential, "--dtype", "float32", "--fmax", "0.1", "--steps", "150", "--device", "cpu", "--json").Output);
        Assert.Equal(neb.RootElement.GetProperty("paths").EnumerateArray().Select(p => (double?)p.GetProperty("barrier_ev").GetDouble()), barriers);
        Assert.All(plain.Zip(relaxed), pair => Assert.NotEqual(pair.First, pair.Second));

        // With a share for the networks that the ensemble has trained: they are not trained again.
        var sharing = Ensemble.Replace("\"both\"", "\"shared\"", StringComparison.Ordinal)
            .Replace("\"folds\"", "\"potential\": \"random\", \"networksOf\": \"both\", \"folds\"", StringComparison.Ordinal);
        var shared = Run(["reproduce", Write("shared.json", sharing), "--export", .. at]);
        Assert.True(shared.Code == ExitCode.Success, shared.Error);
        Assert.False(Directory.Exists(Path.Combine(runs, "shared", "seed-1-final", "network-0")));
        Assert.DoesNotContain("epoch", shared.Error, StringComparison.Ordinal);
        Copy(shared.Output.Trim(), ensemble);
        var mixed = Barriers(Run([.. predict, "--potential", potential]), out _);
        var network = Barriers(Run("predict", paths.File_, "--model", Path.Combine(runs, "both", "seed-1-final", "network-0", "best"), "--json"), out _);
        // Half precision in the ensemble, single in the checkpoint.
        Assert.All(mixed.Zip(relaxed, network), all => Assert.Equal((all.Second + all.Third) / 2, all.First, 5e-3));

        using var other = new RandomWeights("M3GNet-matgl");
        var foreign = Run([.. predict, "--potential", other.Folder]);
        Assert.Equal(ExitCode.BadInput, foreign.Code);
        Assert.Contains("is another potential than random", foreign.Error, StringComparison.Ordinal);
        var nothing = Run([.. predict, "--potential", Folder]);
        Assert.Contains("no folder of a potential", nothing.Error, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private static List<double> Barriers(CliResult result, out List<double?> bands)
    {
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        var all = json.RootElement.GetProperty("predictions").EnumerateArray().ToList();
        bands = all.ConvertAll(p => p.TryGetProperty("neb_barrier_ev", out var barrier) ? barrier.GetDouble() : (double?)null);
        return all.ConvertAll(p => p.GetProperty("barrier_ev").GetDouble());
    }

    private string Data(out string test)
    {
        var barriers = Directory.CreateDirectory(Path.Combine(Folder, "data", "migration-barriers")).FullName;
        test = Path.Combine(barriers, "band-test.json.gz");
        using var training = new LabelledPaths(24);
        using var others = new LabelledPaths(12, seed: 2);
        Pack(File.ReadLines(training.File_), Path.Combine(barriers, "band-train.json.gz"));
        Pack(File.ReadLines(others.File_).Select(line => line.Replace("path_", "test_", StringComparison.Ordinal)), test);
        return Path.Combine(Folder, "data");
    }

    private static void Pack(IEnumerable<string> lines, string file)
    {
        using var zip = new GZipStream(File.Create(file), CompressionMode.Compress);
        zip.Write(Encoding.UTF8.GetBytes($"[{string.Join(",\n", lines)}]"));
    }
}
