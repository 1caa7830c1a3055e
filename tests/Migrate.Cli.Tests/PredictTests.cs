using System.Text.Json;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>Prediction with the weights that come with the program.</summary>
public sealed class PredictTests : CliTest
{
    [Fact]
    public void With_the_potential_of_the_shipped_weights_a_barrier_rests_on_its_band()
    {
        var potential = SharedFolder.Require("data", "potentials", "M3GNet-MP-2021.2.8-EFS");
        var path = Path.Combine(Examples, "LiMn2O4-spinel");
        using var plain = JsonDocument.Parse(Run("predict", path, "--json").Output);
        var result = Run("predict", path, "--json", "--potential", potential, "--device", "cpu");
        Assert.True(result.Code == ExitCode.Success, result.Error);
        using var relaxed = JsonDocument.Parse(result.Output);
        var (without, with) = (plain.RootElement.GetProperty("predictions")[0], relaxed.RootElement.GetProperty("predictions")[0]);
        Assert.False(without.TryGetProperty("neb_barrier_ev", out _));
        Assert.InRange(with.GetProperty("neb_barrier_ev").GetDouble(), 0.1, 1);
        Assert.NotEqual(without.GetProperty("barrier_ev").GetDouble(), with.GetProperty("barrier_ev").GetDouble());
        Assert.InRange(with.GetProperty("barrier_ev").GetDouble(), with.GetProperty("lower_90_ev").GetDouble(), with.GetProperty("upper_90_ev").GetDouble());
        var other = Run("predict", path, "--potential", SharedFolder.Require("data", "potentials", "M3GNet-MatPES-PBE-v2025.1-PES"), "--device", "cpu");
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("is another potential than M3GNet-MP-2021.2.8-EFS", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_weights_name_a_potential_of_the_list_by_its_hash()
    {
        var config = DefaultModel.Read().Neb!.Config;
        Assert.Equal(config.WeightsHash, Assert.Single(Potentials.PotentialCatalog.All, p => p.Name == config.Potential).Hash);
        Assert.Contains(PotentialBands.Settings, config.Bands, StringComparison.Ordinal);
    }

    [Fact]
    public void Example_crystals_get_barriers_in_one_command()
    {
        var result = Run("predict", Examples, "--json");
        Assert.Equal(ExitCode.Success, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        var predictions = json.RootElement.GetProperty("predictions").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);
        // Hop lengths follow from the published lattice constants: half of b = 6.01 Å, a = 2.816 Å, √3/4 of 8.247 Å.
        Assert.Equal(3.0, predictions["LiFePO4-010"].GetProperty("hop_length_angstrom").GetDouble(), 0.1);
        Assert.Equal(2.816, predictions["LiCoO2-in-plane"].GetProperty("hop_length_angstrom").GetDouble(), 0.01);
        Assert.Equal(3.571, predictions["LiMn2O4-spinel"].GetProperty("hop_length_angstrom").GetDouble(), 0.01);
        Assert.All(predictions.Values, p => Assert.InRange(p.GetProperty("barrier_ev").GetDouble(), 0, 3));
        Assert.All(predictions.Values, p => Assert.Equal("Li", p.GetProperty("mobile_ion").GetString()));
    }

    [Fact]
    public void Table_names_paths_and_files_hold_the_same_numbers()
    {
        var (csv, file) = (Path.Combine(Folder, "out.csv"), Path.Combine(Folder, "out.json"));
        var result = Run("predict", Examples, "-o", csv, "-o", file, "--threshold", "0.5");
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Contains("LiFePO4-010", result.Output, StringComparison.Ordinal);
        Assert.Contains("at 0.5 eV", result.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var lines = File.ReadAllLines(csv);
        Assert.Equal(4, lines.Length);
        foreach (var (line, prediction) in lines.Skip(1).Zip(json.RootElement.GetProperty("predictions").EnumerateArray()))
        {
            Assert.Equal(prediction.GetProperty("barrier_ev").GetRawText(), line.Split(',')[6]);
            Assert.Equal(prediction.GetProperty("barrier_ev").GetDouble() <= 0.5 ? "good" : "poor", prediction.GetProperty("verdict").GetString());
        }

        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_pair_given_by_options_is_the_path_of_its_folder()
    {
        var folder = Path.Combine(Examples, "LiCoO2-in-plane");
        var pair = Run("predict", "--initial", Path.Combine(folder, "initial.vasp"), "--final", Path.Combine(folder, "final.vasp"), "--json");
        var whole = Run("predict", folder, "--json");
        Assert.Equal(ExitCode.Success, pair.Code);
        Assert.Equal(Barrier(whole), Barrier(pair));
    }

    [Fact]
    public void Double_precision_agrees_with_single()
    {
        var folder = Path.Combine(Examples, "LiMn2O4-spinel");
        Assert.Equal(Barrier(Run("predict", folder, "--json")), Barrier(Run("predict", folder, "--json", "--dtype", "float64")), 1e-4);
    }

    [Fact]
    public void Bad_inputs_are_listed_and_the_others_predicted()
    {
        var broken = Write("broken.vasp", "nonsense\n");
        var result = Run("predict", broken, Examples, Path.Combine(Folder, "absent"), "--json");
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(3, json.RootElement.GetProperty("predictions").GetArrayLength());
        Assert.Equal(2, json.RootElement.GetProperty("errors").GetArrayLength());
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("predict", "--initial", "a")]
    [InlineData("predict", "x", "--threshold", "much")]
    [InlineData("predict", "x", "--threshold", "NaN")]
    [InlineData("predict", "x", "--dtype", "float8")]
    [InlineData("predict", "x", "--backend", "abacus")]
    [InlineData("predict", "--nonsense")]
    [InlineData("predict", "x", "-o", "out.txt")]
    [InlineData("predict", "x", "-o", "/no/such/folder/out.csv")]
    [InlineData("nonsense")]
    [InlineData("graph")]
    [InlineData("graph", "x", "--neighbors", "0")]
    [InlineData("train")]
    [InlineData("import", "x")]
    public void Wrong_command_lines_are_told_in_one_line(params string[] args)
    {
        var result = Run(args);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("migrate: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict", "/no/such/file")]
    [InlineData("evaluate", "/no/such/file")]
    [InlineData("graph", "/no/such/file")]
    [InlineData("predict", "x", "--model", "/no/such/folder")]
    [InlineData("train", "--config", "/no/such/file", "--run", "r")]
    [InlineData("import", "/no/such/file", "-o", "r")]
    public void Absent_files_are_told_in_one_line(params string[] args)
    {
        var result = Run(args);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("/no/such/", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static double Barrier(CliResult result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("predictions")[0].GetProperty("barrier_ev").GetDouble();
    }
}
