using System.Globalization;
using System.Text.Json;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>The whole way from a structure file and a published state dict to a number, against the authors' code.</summary>
public sealed class ReferenceTests : CliTest
{
    [Theory, InlineData("model3", "float64", 1e-9), InlineData("model3", "float32", 2e-5), InlineData("model3_full", "float32", 2e-5)]
    public void Imported_weights_give_the_reference_outputs(string variant, string dtype, double tolerance)
    {
        var golden = SharedFolder.Require("golden");
        var model = Path.Combine(Folder, "model");
        Assert.Equal(ExitCode.Success, Run("import", Path.Combine(golden, "models", variant, "weights.safetensors"), "-o", model).Code);
        using var results = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "models", variant, "results.json")));
        var expected = results.RootElement.GetProperty("structures").EnumerateArray().Select(s => s.GetString()!)
            .Zip(results.RootElement.GetProperty("eval_f64").EnumerateArray().Select(row => row[0].GetDouble())).ToDictionary();
        var result = Run("predict", WriteBands(golden), "--model", model, "--dtype", dtype, "--json");
        Assert.Equal(ExitCode.Success, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        foreach (var prediction in json.RootElement.GetProperty("predictions").EnumerateArray())
        {
            var (name, raw) = (prediction.GetProperty("name").GetString()!, prediction.GetProperty("raw").GetDouble());
            Assert.Equal(expected[name], raw, tolerance);
            // Published scaling: E = Emin + (y + 1)(Emax − Emin)/2 with 0.0035 and 8.77 eV.
            Assert.Equal(0.0035 + ((raw + 1) * 4.38325), prediction.GetProperty("barrier_ev").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public void Graph_command_counts_as_the_reference_does()
    {
        var golden = SharedFolder.Require("golden");
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "graphs", "index.json")));
        var bands = WriteBands(golden);
        var names = File.ReadLines(bands).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sys_name").GetString()!).ToList();
        foreach (var (name, entry) in names.Select((name, i) => (name, i)).Where(n => n.name != "train-72"))
        {
            var reference = index.RootElement.EnumerateArray().Single(g => g.GetProperty("id").GetString() == $"band-{name}");
            var result = Run("graph", bands, "--entry", entry.ToString(CultureInfo.InvariantCulture), "--ties", "published", "--json");
            Assert.Equal(ExitCode.Success, result.Code);
            using var graph = JsonDocument.Parse(result.Output);
            Assert.Equal(reference.GetProperty("edges").GetInt64(), graph.RootElement.GetProperty("published_edges").GetInt64());
            Assert.Equal(reference.GetProperty("line_edges").GetInt64(), graph.RootElement.GetProperty("published_line_edges").GetInt64());
            Assert.Equal(
                reference.GetProperty("edges").GetInt64(),
                graph.RootElement.GetProperty("bond_list").EnumerateArray().Sum(b => b.GetProperty("multiplicity").GetInt64()));
        }
    }

    [Theory]
    [InlineData(false, "float32", 0.01), InlineData(false, "bfloat16", 1), InlineData(false, "float16", 1)]
    [InlineData(true, "bfloat16", 1), InlineData(true, "float16", 1)]
    public void Narrow_numbers_change_the_60_barriers_by_less_than_a_millielectronvolt(bool reference, string dtype, double limit)
    {
        var bands = SharedFolder.Require("data", "migration-barriers", "band-test.json.gz");
        string[] model = [];
        if (reference)
        {
            model = ["--model", Path.Combine(Folder, "model")];
            var weights = SharedFolder.Require("golden", "models", "model3_full", "weights.safetensors");
            Assert.Equal(ExitCode.Success, Run("import", weights, "-o", model[1]).Code);
        }

        var exact = Barriers(Run(["predict", bands, .. model, "--dtype", reference ? "float32" : "float64", "--json"]));
        var narrow = Barriers(Run(["predict", bands, .. model, "--dtype", dtype, "--json"]));
        Assert.Equal(60, exact.Length);
        Assert.InRange(1000 * exact.Zip(narrow, (a, b) => Math.Abs(a - b)).Average(), 0, limit);
    }

    [Fact]
    public void Native_kernels_and_torch_agree()
    {
        var torch = Barriers(Run("predict", Examples, "--backend", "torch", "--dtype", "float64", "--json"));
        var cpu = Barriers(Run("predict", Examples, "--backend", "cpu", "--dtype", "float64", "--json"));
        Assert.Equal(3, cpu.Length);
        Assert.All(torch.Zip(cpu), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static double[] Barriers(CliResult result)
    {
        Assert.Equal(ExitCode.Success, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        return [.. json.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("barrier_ev").GetDouble())];
    }

    private string WriteBands(string golden)
    {
        using var structures = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "structures.json")));
        var lines = structures.RootElement.EnumerateArray()
            .Where(s => s.GetProperty("kind").GetString() == "band")
            .Select(s => $$"""
                {"sys_name": "{{s.GetProperty("id").GetString()!["band-".Length..]}}", "atoms": {"lattice_mat": {{s.GetProperty("lattice_mat").GetRawText()}}, "coords": {{s.GetProperty("frac_coords").GetRawText()}}, "elements": {{s.GetProperty("elements").GetRawText()}}, "cartesian": false } }
                """.ReplaceLineEndings(""));
        return Write("bands.jsonl", string.Join('\n', lines) + "\n");
    }
}
