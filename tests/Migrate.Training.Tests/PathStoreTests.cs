using Migrate.Evaluation;
using Migrate.Testing;

namespace Migrate.Training.Tests;

/// <summary>What a data set in the temporary file still knows of its paths.</summary>
public sealed class PathStoreTests : IDisposable
{
    private const string Rest = "[0.5, 0.6, 0.5], [0.6, 0.1, 0.8]";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"migrate-pairs-{Guid.NewGuid():n}.jsonl");

    [Fact]
    public void End_points_keep_their_own_lattices_and_the_ion_comes_first()
    {
        File.WriteAllText(_file, $$"""
            {"target": 0.5, "atoms_ini": {{Structure("5", "[0.1, 0.2, 0.3]")}}, "atoms_fin": {{Structure("5.1", "[0.6, 0.2, 0.3]")}} }
            """);
        using var paths = PathStore.Read([_file], 5);
        Assert.Empty(paths.Errors);
        var ends = paths.Load(0).EndPoints!;
        Assert.Equal((5, 5.1), (ends.Initial.Lattice.A.X, ends.Final.Lattice.A.X));
        Assert.Equal<byte>([3, 8, 26], ends.Final.AtomicNumbers.ToArray());
        Assert.Equal((0.1, 0.6), (ends.Initial.Fractional[0].X, ends.Final.Fractional[0].X));
    }

    [Fact]
    public void A_band_is_taken_apart()
    {
        File.WriteAllText(_file, $$"""
            {"target": 0.5, "atoms": {{Structure("5", "[0.1, 0.2, 0.3], [0.35, 0.2, 0.3], [0.6, 0.2, 0.3]", "\"Li\", \"Li\", \"Li\", \"O\", \"Fe\"", Rest)}} }
            """);
        using var paths = PathStore.Read([_file], 3);
        Assert.Empty(paths.Errors);
        var band = paths.Load(0);
        Assert.Null(band.EndPoints);
        var ends = band.ToEndPoints();
        Assert.Equal((3, 3), (ends.Initial.Count, ends.Final.Count));
        Assert.Equal((0.1, 0.6), (ends.Initial.Fractional[0].X, ends.Final.Fractional[0].X));
        Assert.Equal(0.5, ends.Final.Fractional[1].X);
    }

    [Fact]
    public void Where_one_path_of_each_structure_may_stay_it_is_the_first()
    {
        string Entry(string name) =>
            $$"""{"sys_name": "{{name}}", "target": 0.5, "atoms_ini": {{Structure("5", "[0.1, 0.2, 0.3]")}}, "atoms_fin": {{Structure("5", "[0.6, 0.2, 0.3]")}} }""";
        File.WriteAllLines(_file, [Entry("a-LiO_2"), Entry("a-LiO_1"), Entry("LiFeO"), Entry("LiFeO_11"), "no JSON"]);
        using var paths = PathStore.Read([_file], 5, PathPrediction.IsFirstOfStructure);
        Assert.Equal(["a-LiO_1", "LiFeO"], paths.Names);
        Assert.Single(paths.Errors);
    }

    [Fact]
    public void The_published_single_pathway_test_set_keeps_the_same_paths()
    {
        string[] lines = File.ReadAllLines(SharedFolder.Require("data/migration-barriers/metadata.csv"));
        var header = lines[0].Split(',').ToList();
        var (name, kept) = (header.IndexOf("sys_name"), header.IndexOf("in_single_path_test"));
        var rows = lines[1..].Where(l => l.StartsWith("test,", StringComparison.Ordinal)).Select(Fields).ToList();
        Assert.Equal(60, rows.Count);
        Assert.Equal(45, rows.Count(r => r[kept] == "1"));
        Assert.All(rows, r => Assert.Equal(r[kept] == "1", PathPrediction.IsFirstOfStructure(r[name])));
    }

    public void Dispose() => File.Delete(_file);

    // Commas between quotes separate nothing.
    private static string[] Fields(string line)
    {
        var (fields, quoted) = (new List<string> { "" }, false);
        foreach (var c in line)
        {
            quoted ^= c == '"';
            if (c == ',' && !quoted)
            {
                fields.Add("");
            }
            else
            {
                fields[^1] += c;
            }
        }

        return [.. fields];
    }

    // The ion is the second site of a pair, so that it has to be brought to the front.
    private static string Structure(string a, string ion) =>
        Structure(a, $"[0.5, 0.6, 0.5], {ion}, [0.6, 0.1, 0.8]", "\"O\", \"Li\", \"Fe\"", "");

    private static string Structure(string a, string ion, string elements, string rest) => $$"""
        {"lattice_mat": [[{{a}}, 0, 0], [0, {{a}}, 0], [0, 0, {{a}}]], "cartesian": false, "elements": [{{elements}}],
         "coords": [{{ion}}{{(rest.Length > 0 ? ", " : "")}}{{rest}}] }
        """.ReplaceLineEndings("");
}
