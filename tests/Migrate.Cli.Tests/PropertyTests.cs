using System.Text.Json;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>Networks of bulk properties: any structure is an input, no barrier comes out.</summary>
public sealed class PropertyTests : CliTest
{
    private static readonly string[] Range = ["--target-min", "-1", "0", "0", "1", "0", "-5", "0", "--target-max", "3", "1000", "4", "100", "10", "2", "8"];

    [Fact]
    public void Plain_structures_of_any_format_get_seven_outputs()
    {
        var result = Run("predict", Examples, "--model", Import("mpt7"), "--json");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(7, json.RootElement.GetProperty("model").GetProperty("outputs").GetInt32());
        var predictions = json.RootElement.GetProperty("predictions").EnumerateArray().ToArray();
        // Three paths, both ends of each.
        Assert.Equal(6, predictions.Length);
        Assert.All(predictions, p => Assert.Equal(7, p.GetProperty("outputs").GetArrayLength()));
        // Without the range of the training values nothing is known of their units; and a structure has no ion that hops.
        Assert.All(predictions, p => Assert.All(["values", "raw", "barrier_ev", "verdict", "mobile_ion"], name => Assert.False(p.TryGetProperty(name, out _), name)));
    }

    [Fact]
    public void Properties_come_in_their_own_units_where_the_range_is_known()
    {
        var result = Run("predict", Examples, "--model", Import("mpt7", Range), "--json", "-o", Path.Combine(Folder, "out.csv"));
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        double[] minima = [-1, 0, 0, 1, 0, -5, 0], maxima = [3, 1000, 4, 100, 10, 2, 8];
        var csv = File.ReadAllLines(Path.Combine(Folder, "out.csv"));
        Assert.Equal("name,source,index,sites,output 1,output 2,output 3,output 4,output 5,output 6,output 7,error", csv[0]);
        foreach (var (prediction, row) in json.RootElement.GetProperty("predictions").EnumerateArray().Zip(csv.Skip(1)))
        {
            double[] outputs = Numbers(prediction.GetProperty("outputs")), values = Numbers(prediction.GetProperty("values"));
            for (var k = 0; k < 7; k++)
            {
                // Inverse of y = 2 (x − min) / (max − min) − 1.
                Assert.Equal(minima[k] + ((outputs[k] + 1) * (maxima[k] - minima[k]) / 2), values[k], 1e-9);
            }

            Assert.EndsWith(FormattableString.Invariant($",{values[0]:r},{values[1]:r},{values[2]:r},{values[3]:r},{values[4]:r},{values[5]:r},{values[6]:r},"), row, StringComparison.Ordinal);
        }

        var table = Run("predict", Examples, "--model", Path.Combine(Folder, "model"));
        Assert.Contains("output 7", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("poor", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_structure_does_not_stop_the_rest()
    {
        var cell = "\"lattice_mat\": [[4, 0, 0], [0, 4, 0], [0, 0, 4]], \"coords\": [[0, 0, 0], [0.5, 0.5, 0.5]]";
        var file = Write("three.jsonl", $$"""
            {"jid": "a", "atoms": { {{cell}}, "elements": ["Na", "Cl"]} }
            {"jid": "b", "atoms": { {{cell}}, "elements": ["Na", "Xx"]} }
            {"jid": "c", "atoms": { {{cell}}, "elements": ["Li", "F"]} }
            """);
        var result = Run("predict", file, "--model", Import("mpt7"), "--json");
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(["a", "c"], json.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("name").GetString()!));
        Assert.Equal(1, json.RootElement.GetProperty("errors")[0].GetProperty("index").GetInt32());
    }

    [Fact]
    public void The_original_network_reads_plain_structures_where_it_is_told_to()
    {
        var result = Run("predict", Examples, "--model", Import("alignn", "--images", "0"), "--json", "--dtype", "float64");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        Assert.All(json.RootElement.GetProperty("predictions").EnumerateArray(), p => Assert.Equal(1, p.GetProperty("outputs").GetArrayLength()));
    }

    [Theory]
    [InlineData(ExitCode.BadInput, "evaluate needs a model of migration barriers", "evaluate", "{examples}")]
    [InlineData(ExitCode.BadInput, "profile needs a model of migration barriers", "profile", "{examples}")]
    [InlineData(ExitCode.Usage, "--initial and --final are the ends of a path", "predict", "--initial", "a", "--final", "b")]
    [InlineData(ExitCode.BadInput, "no kernels for 7 outputs", "predict", "{examples}", "--backend", "cuda")]
    [InlineData(ExitCode.Usage, "--dtype float16 does not go with 7 outputs", "predict", "{examples}", "--dtype", "float16")]
    public void What_does_not_fit_is_refused_in_one_line(int code, string message, params string[] command)
    {
        var result = Run([.. command.Select(word => word == "{examples}" ? Examples : word), "--model", Import("mpt7")]);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error.Trim().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mpt7", "a number for each of the outputs, which are 7, not 1 and 0", "--target-min", "0")]
    [InlineData("model2", "imageCount is 0, but model2 reads two graphs", "--images", "0")]
    [InlineData("model3", "imageCount is 1", "--images", "1")]
    public void An_import_that_does_not_fit_is_refused_in_one_line(string variant, string message, params string[] options)
    {
        var weights = Path.Combine(SharedFolder.Require("golden", "models", variant), "weights.safetensors");
        var result = Run(["import", weights, "-o", Path.Combine(Folder, "model"), .. options]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(message, Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Folder, "model")));
    }

    [Fact]
    public void A_scaler_too_few_is_refused()
    {
        var model = Import("mpt7", Range);
        var file = Path.Combine(model, "scaler.json");
        using var scalers = JsonDocument.Parse(File.ReadAllText(file));
        File.WriteAllText(file, $"[{string.Join(',', scalers.RootElement.EnumerateArray().Take(6).Select(s => s.GetRawText()))}]");
        var result = Run("predict", Examples, "--model", model);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("6 scalers for 7 outputs", result.Error, StringComparison.Ordinal);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private string Import(string variant, params string[] options)
    {
        var folder = Path.Combine(Folder, "model");
        var weights = Path.Combine(SharedFolder.Require("golden", "models", variant), "weights.safetensors");
        var result = Run(["import", weights, "-o", folder, .. options]);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        return folder;
    }
}
