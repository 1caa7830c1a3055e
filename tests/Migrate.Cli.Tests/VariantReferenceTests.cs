using System.Text.Json;
using Migrate.Crystals.Writers;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>Every published network from its state dict and structure files to the outputs of the authors' code.</summary>
public sealed class VariantReferenceTests : CliTest
{
    // Folder of the reference, option of the import where the names of the tensors do not tell, property with the outputs.
    public static TheoryData<string, string?, string> Variants =>
    [
        ("mpt7", null, "eval_f64"),
        ("model1_cc", null, "eval_f64"),
        ("model1_add", "model1-add", "eval_f64"),
        ("model1_sub", "model1-sub", "eval_f64"),
        ("model2", null, "eval_f64"),
        ("model4", null, "eval_f64"),
        ("scratch_cc", null, "eval_f64"),
        ("scratch_add", "scratch-add", "eval_f64"),
        ("scratch_add", "scratch-sub", "eval_sub_f64"),
        ("alignn", null, "eval_f64"),
    ];

    [Theory, MemberData(nameof(Variants))]
    public void Imported_weights_give_the_reference_outputs(string variant, string? architecture, string property)
    {
        var golden = SharedFolder.Require("golden");
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "models", variant, "results.json")));
        var results = document.RootElement;
        var model = Import(Path.Combine(golden, results.GetProperty("weights_file").GetString()!), architecture);
        var pairs = results.GetProperty("inputs")[0].GetString()!.EndsWith("ini", StringComparison.Ordinal);
        var result = Run("predict", WriteStructures(golden, pairs ? "pair" : "band"), "--model", model, "--dtype", "float64", "--json");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        Assert.Contains("native kernels; no compiled plan", result.Error, StringComparison.Ordinal);
        string[] names = [.. results.GetProperty("structures").EnumerateArray().Select(name => name.GetString()!)];
        using var json = JsonDocument.Parse(result.Output);
        var predictions = json.RootElement.GetProperty("predictions").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);
        Assert.Equal(names.Order(), predictions.Keys.Order());
        for (var s = 0; s < names.Length; s++)
        {
            var expected = Numbers(results.GetProperty(property)[s]);
            var has = results.TryGetProperty("has_prop", out var mask) ? Numbers(mask[s]) : [1.0];
            var prediction = predictions[names[s]];
            var actual = prediction.TryGetProperty("outputs", out var outputs) ? Numbers(outputs) : [prediction.GetProperty("raw").GetDouble()];
            Assert.Equal(expected.Length, actual.Length);
            for (var k = 0; k < expected.Length; k++)
            {
                // The published network gives 0 for a property that a structure lacks.
                Assert.Equal(expected[k], actual[k] * has[k], 1e-9);
            }
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Both_lattices_of_two_files_reach_the_network(bool folder)
    {
        // Configurations of pair 25 were relaxed one by one: their lattices differ.
        var golden = SharedFolder.Require("golden");
        var structures = GoldenStructures.Load();
        Assert.NotEqual(structures["ini-25"].Lattice.A, structures["fin-25"].Lattice.A);
        string[] files = [Path.Combine(Folder, "pair", "initial.vasp"), Path.Combine(Folder, "pair", "final.vasp")];
        Directory.CreateDirectory(Path.Combine(Folder, "pair"));
        PoscarWriter.WriteFile(files[0], structures["ini-25"]);
        PoscarWriter.WriteFile(files[1], structures["fin-25"]);
        var model = Import(Path.Combine(golden, "models", "model2", "weights.safetensors"), null);
        string[] input = folder ? [Path.Combine(Folder, "pair")] : ["--initial", files[0], "--final", files[1]];
        var result = Run(["predict", .. input, "--model", model, "--dtype", "float64", "--json"]);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        using var results = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "models", "model2", "results.json")));
        var index = results.RootElement.GetProperty("structures").EnumerateArray().ToList().FindIndex(name => name.GetString() == "25");
        var expected = results.RootElement.GetProperty("eval_f64")[index][0].GetDouble();
        Assert.Equal(expected, json.RootElement.GetProperty("predictions")[0].GetProperty("raw").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("\"Li\", \"O\"", "\"Li\", \"F\"", "differ in composition: 1 and 0 sites of O")]
    [InlineData("\"Li\", \"O\"", "\"Li\"", "elements")]
    [InlineData("\"Li\", \"O\"", null, "atoms_fin is missing")]
    public void A_bad_pair_is_one_clear_line(string before, string? after, string message)
    {
        var golden = SharedFolder.Require("golden");
        var model = Import(Path.Combine(golden, "models", "model1_cc", "weights.safetensors"), null);
        string Ends(string elements, double x) => FormattableString.Invariant(
            $$"""{"lattice_mat": [[6, 0, 0], [0, 6, 0], [0, 0, 6]], "coords": [[{{x}}, 0, 0], [0.5, 0.5, 0.5]], "elements": [{{elements}}]}""");
        var final = after is null ? "" : $", \"atoms_fin\": {Ends(after, 0.5)}";
        var result = Run("predict", Write("pair.jsonl", $"{{\"atoms_ini\": {Ends(before, 0.1)}{final}}}\n"), "--model", model);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(message, Assert.Single(result.Error.Split('\n'), line => line.StartsWith("failed", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_stands_for_its_end_points()
    {
        var golden = SharedFolder.Require("golden");
        var model = Import(Path.Combine(golden, "models", "model1_add", "weights.safetensors"), "model1-add");
        var result = Run("predict", WriteStructures(golden, "band"), "--model", model);
        Assert.True(result.Code == ExitCode.Success, result.Error);
    }

    [Fact]
    public void The_cuda_backend_refuses_in_one_line()
    {
        var golden = SharedFolder.Require("golden");
        var model = Import(Path.Combine(golden, "models", "model4", "weights.safetensors"), null);
        var result = Run("predict", Examples, "--model", model, "--backend", "cuda");
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("--backend cuda has no kernels for model4", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var golden = SharedFolder.Require("golden");
        var weights = Path.Combine(golden, "models", "model1_add", "weights.safetensors");
        var result = Run("import", weights, "-o", Path.Combine(Folder, "model"), "--architecture", "model4");
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("attention", result.Error, StringComparison.Ordinal);
    }

    private static double[] Numbers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(number => number.GetDouble())] : [value.GetDouble()];

    private string Import(string weights, string? architecture)
    {
        var folder = Path.Combine(Folder, "model");
        string[] option = architecture is null ? [] : ["--architecture", architecture];
        var result = Run(["import", weights, "-o", folder, .. option]);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        return folder;
    }

    private string WriteStructures(string golden, string kind)
    {
        using var structures = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "structures.json")));
        var lines = structures.RootElement.EnumerateArray()
            .Where(s => s.GetProperty("kind").GetString() == kind)
            .Select(s => $$"""{"sys_name": "{{s.GetProperty("id").GetString()![(kind.Length + 1)..]}}", {{Atoms(s, kind)}}}""");
        return Write("structures.jsonl", string.Join('\n', lines) + "\n");
    }

    private static string Atoms(JsonElement entry, string kind)
    {
        return kind == "band" ? $"\"atoms\": {One(entry)}" : $"\"atoms_ini\": {One(entry.GetProperty("initial"))}, \"atoms_fin\": {One(entry.GetProperty("final"))}";

        static string One(JsonElement s) => $$"""
            {"lattice_mat": {{s.GetProperty("lattice_mat").GetRawText()}}, "coords": {{s.GetProperty("frac_coords").GetRawText()}}, "elements": {{s.GetProperty("elements").GetRawText()}}, "cartesian": false }
            """;
    }
}
