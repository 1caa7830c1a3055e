using System.Globalization;
using System.Text.Json;

namespace Migrate.Cli.Tests;

/// <summary><c>migrate neb</c> and <c>migrate potentials</c>, with a Lennard-Jones potential that needs no weights.</summary>
public class NebTests : CliTest
{
    private const string Argon = "lj:0.0104,3.4,6.5";

    [Fact]
    public void Two_files_are_a_path_and_its_folder_holds_the_band()
    {
        var (initial, final) = Hop("hop");
        var output = Path.Combine(Folder, "out");
        var result = Run("neb", initial, final, "--potential", Argon, "-o", output);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        Assert.Contains("hop", result.Output, StringComparison.Ordinal);
        var place = Path.Combine(output, "hop");
        foreach (var file in new[] { "00/POSCAR", "04/POSCAR", "band.xyz", "profile.csv", "profile.png", "profile.svg", "log.csv", "result.json" })
        {
            Assert.True(File.Exists(Path.Combine(place, file)), file);
        }

        Assert.Equal(5 * 33, File.ReadLines(Path.Combine(place, "band.xyz")).Count());
        Assert.Contains("forces:R:3", File.ReadLines(Path.Combine(place, "band.xyz")).ElementAt(1), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(output, "unfinished")));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(place, "result.json")));
        Assert.InRange(json.RootElement.GetProperty("barrier_ev").GetDouble(), 0.05, 0.1);
    }

    [Fact]
    public void Paths_with_barriers_make_a_row_for_reports()
    {
        static string Atoms(double x, double y)
        {
            var sites = Sites(1, x, y);
            return $$"""{"lattice_mat": [[10.52, 0, 0], [0, 10.52, 0], [0, 0, 10.52]], "coords": [{{string.Join(", ", sites.Select(s => $"[{s}]"))}}], "elements": [{{string.Join(", ", sites.Select(_ => "\"Ar\""))}}], "cartesian": false}""";
        }

        var entry = $$"""{"jid": "argon", "class": "solid", "target": 0.07, "atoms_ini": {{Atoms(0.25, 0.25)}}, "atoms_fin": {{Atoms(0, 0)}}}""";
        var (row, output) = (Path.Combine(Folder, "row"), Path.Combine(Folder, "out"));
        var result = Run("neb", Write("paths.jsonl", entry + "\n"), "-p", Argon, "--report", row, "-o", output);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        Assert.Contains("0.070", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("test,1,,0,argon,Ar,solid,", File.ReadLines(Path.Combine(row, "predictions.csv")).ElementAt(1), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(row, "row.json")));
        Assert.Equal("neb-relax", json.RootElement.GetProperty("row").GetString());
        Assert.True(json.RootElement.GetProperty("secondsPerPath").GetDouble() > 0);
        string[] barriers = [.. File.ReadLines(Path.Combine(output, "barriers.csv"))];
        Assert.Equal(2, barriers.Length);
        Assert.StartsWith("argon,31,", barriers[1], StringComparison.Ordinal);
        Assert.EndsWith(",yes,0.07,", barriers[1], StringComparison.Ordinal);
        var report = Run("report", row, "-o", Path.Combine(Folder, "report.html"));
        Assert.Equal(0, report.Code);
    }

    [Fact]
    public void Json_holds_settings_and_every_barrier()
    {
        var (initial, final) = Hop("hop");
        var result = Run("neb", initial, final, "-p", Argon, "--json", "--images", "5", "--climb", "--method", "improved-tangent", "--optimizer", "fire", "--fmax", "0.02");
        Assert.Equal(0, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(5, json.RootElement.GetProperty("settings").GetProperty("images").GetInt32());
        var path = Assert.Single(json.RootElement.GetProperty("paths").EnumerateArray());
        Assert.True(path.GetProperty("converged").GetBoolean());
        Assert.Equal(7, path.GetProperty("energies_ev").GetArrayLength());
        Assert.Equal(path.GetProperty("forward_barrier_ev").GetDouble(), path.GetProperty("barrier_ev").GetDouble(), 1e-3);
    }

    [Fact]
    public void Many_paths_fail_one_by_one()
    {
        Hop("good");
        Hop("other", reach: -1);
        var (initial, final) = Hop("cells");
        File.WriteAllText(final, File.ReadAllText(initial).Replace("10.52 0 0", "11.52 0 0", StringComparison.Ordinal));
        var (broken, _) = Hop("broken");
        File.WriteAllText(broken, "no structure\n");
        var result = Run("neb", Folder, "-p", Argon, "--no-relax");
        Assert.Equal(1, result.Code);
        Assert.Contains("good", result.Output, StringComparison.Ordinal);
        Assert.Contains("other", result.Output, StringComparison.Ordinal);
        Assert.Contains("cells", result.Error, StringComparison.Ordinal);
        Assert.Contains("broken", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Error.Trim().Split('\n').Length);
    }

    [Fact]
    public void Paths_of_one_name_keep_folders_of_their_own()
    {
        Hop("a/hop");
        Hop("b/hop", reach: -1);
        var output = Path.Combine(Folder, "out");
        var result = Run("neb", Path.Combine(Folder, "a"), Path.Combine(Folder, "b"), "-p", Argon, "--no-relax", "-o", output);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        Assert.Equal(["hop", "hop-2"], Directory.GetDirectories(output).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Coordinates_as_given_go_round_the_cell()
    {
        var (initial, final) = Hop("hop", reach: -1);
        double Length(params string[] more)
        {
            using var json = JsonDocument.Parse(Run(["neb", initial, final, "-p", Argon, "--no-relax", "--json", "--steps", "0", "--interpolation", "linear", .. more]).Output);
            return json.RootElement.GetProperty("paths")[0].GetProperty("lengths_angstrom").EnumerateArray().Last().GetDouble();
        }

        Assert.Equal(10.52 * Math.Sqrt(2) / 4, Length(), 1e-6);
        Assert.Equal(10.52 * Math.Sqrt(10) / 4, Length("--no-minimum-image"), 1e-6);
    }

    [Fact]
    public void Two_initial_files_are_two_paths()
    {
        var (first, second) = (Hop("a").Initial, Hop("b", reach: -1).Initial);
        var result = Run("neb", first, second, "-p", Argon, "--no-relax", "--json");
        Assert.Equal(0, result.Code);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(["a", "b"], json.RootElement.GetProperty("paths").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
    }

    [Fact]
    public void Too_few_steps_are_told_and_are_no_success()
    {
        var (initial, final) = Hop("hop");
        var result = Run("neb", initial, final, "-p", Argon, "--steps", "1", "--fmax", "1e-6");
        Assert.NotEqual(0, result.Code);
        Assert.Contains("not converged", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.Contains("no", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_change_nothing()
    {
        var (initial, final) = Hop("hop");
        var (all, single) = (Barrier(Run("neb", initial, final, "-p", Argon, "--json")), Barrier(Run("neb", initial, final, "-p", Argon, "--json", "--batch", "1")));
        Assert.Equal(all, single, 1e-10);
    }

    [Theory]
    [InlineData(2, "lj:1,2")]
    [InlineData(2, "lj:1,2,x")]
    [InlineData(2, "lj:1,3,2")]
    [InlineData(2, Argon, "--images", "0")]
    [InlineData(2, Argon, "--spring", "-1")]
    [InlineData(2, Argon, "--fmax", "0")]
    [InlineData(2, Argon, "--batch", "0")]
    [InlineData(2, Argon, "--paths-at-once", "0")]
    [InlineData(2, Argon, "--method", "magic")]
    [InlineData(2, Argon, "--no-such-option")]
    [InlineData(3, "no-such-folder")]
    public void Wrong_command_lines_are_one_line(int code, string potential, params string[] more)
    {
        var (initial, final) = Hop("hop");
        var result = Run(["neb", initial, final, "-p", potential, .. more]);
        Assert.Equal(code, result.Code);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Ends_that_do_not_match_are_one_line()
    {
        var (initial, _) = Hop("hop");
        foreach (var other in new[] { Write("fewer.vasp", "x\n1\n10.52 0 0\n0 10.52 0\n0 0 10.52\nAr\n1\nDirect\n0 0 0\n"), initial, Path.Combine(Folder, "missing.vasp") })
        {
            var result = Run("neb", initial, other, "-p", Argon);
            Assert.Equal(3, result.Code);
            Assert.Single(result.Error.Trim().Split('\n'));
        }
    }

    [Fact]
    public void Potentials_are_listed_and_files_checked()
    {
        var list = Run("potentials");
        Assert.Equal(0, list.Code);
        Assert.Contains("M3GNet-MP-2021.2.8-EFS", list.Output, StringComparison.Ordinal);
        Assert.Contains("BSD-3-Clause", list.Output, StringComparison.Ordinal);
        var check = Run("potentials", Path.Combine(Folder, "missing"));
        Assert.Equal(3, check.Code);
        Assert.Single(check.Error.Trim().Split('\n'));
    }

    private static double Barrier(CliResult result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("paths")[0].GetProperty("barrier_ev").GetDouble();
    }

    // Solid argon, 2 × 2 × 2 cells with a vacancy at the origin; the first atom hops into it, wrapped as a program would write it.
    private (string Initial, string Final) Hop(string name, int reach = 1)
    {
        string Poscar(double x, double y) =>
            $"{Path.GetFileName(name)}\n1\n10.52 0 0\n0 10.52 0\n0 0 10.52\nAr\n31\nDirect\n"
            + string.Concat(Sites(reach, x, y).Select(s => s.Replace(",", "", StringComparison.Ordinal) + "\n"));
        return (Write($"{name}/initial.vasp", Poscar(0.25, 0.25 * reach)), Write($"{name}/final.vasp", Poscar(0, 0)));
    }

    private static List<string> Sites(int reach, double x, double y)
    {
        List<string> sites = [string.Create(CultureInfo.InvariantCulture, $"{(x + 1) % 1}, {(y + 1) % 1}, 0")];
        for (var i = 0; i < 64; i++)
        {
            var (a, b, c) = (i % 4, i / 4 % 4, i / 16);
            if ((a + b + c) % 2 == 0 && i != 0 && (a, b, c) != (1, (reach + 4) % 4, 0))
            {
                sites.Add(string.Create(CultureInfo.InvariantCulture, $"{a / 4.0}, {b / 4.0}, {c / 4.0}"));
            }
        }

        return sites;
    }
}
