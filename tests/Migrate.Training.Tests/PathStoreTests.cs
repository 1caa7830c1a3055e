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

    public void Dispose() => File.Delete(_file);

    // The ion is the second site of a pair, so that it has to be brought to the front.
    private static string Structure(string a, string ion) =>
        Structure(a, $"[0.5, 0.6, 0.5], {ion}, [0.6, 0.1, 0.8]", "\"O\", \"Li\", \"Fe\"", "");

    private static string Structure(string a, string ion, string elements, string rest) => $$"""
        {"lattice_mat": [[{{a}}, 0, 0], [0, {{a}}, 0], [0, 0, {{a}}]], "cartesian": false, "elements": [{{elements}}],
         "coords": [{{ion}}{{(rest.Length > 0 ? ", " : "")}}{{rest}}] }
        """.ReplaceLineEndings("");
}
