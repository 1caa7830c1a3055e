namespace Migrate.Crystals.Tests.Readers;

/// <summary>Folders, globs and pairs: what is put together, under which name, in which order.</summary>
public class FolderTests
{
    [Fact]
    public void Folder_is_read_in_a_stable_order()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a_initial.vasp", Samples.Initial);
        folder.Write("a_final.vasp", Samples.Final);
        folder.Write("b-START.xyz", Samples.XyzInitial);
        folder.Write("b-end.vasp.gz", Samples.Final);
        folder.Write("c.ini.vasp", Samples.Initial);
        folder.Write("c.fin.vasp", Samples.Final);
        folder.Write("d.vasp", Samples.Band);
        folder.Write("notes.txt", "not read");
        folder.Write("neb/00/POSCAR", Samples.Initial);
        folder.Write("neb/01/CONTCAR", "an image in between is not read");
        folder.Write("neb/02/CONTCAR", Samples.Final);
        folder.Write("neb/POSCAR", Samples.Initial);
        folder.Write("neb/INCAR", "IMAGES = 1");
        folder.Write("pair/deep/initial.vasp", Samples.Initial);
        folder.Write("pair/deep/final.xyz", Samples.XyzFinal);
        folder.Write("z/library.jsonl", Samples.Line(Samples.JsonBand));

        var results = PathReader.Read(folder.Path).ToArray();
        Assert.All(results, r => Assert.Null(r.Error));
        Assert.Equal(["a", "b", "c", "d", "neb", "deep", "hop"], results.Select(r => r.Entry!.Name));
        Assert.All(results, r => Assert.Equal(Samples.HopLength, r.Entry!.Band.HopLength, 1e-9));

        Assert.Equal(["a"], Names(Path.Combine(folder.Path, "a_*.vasp")));
        Assert.Equal(["a"], Names(Path.Combine(folder.Path, "a_fin??.vasp")));
        Assert.Equal(["a", "c", "d", "deep"], Names(Path.Combine(folder.Path, "**", "*.vasp")));
        Assert.Equal(["a", "b", "c", "d", "neb", "deep", "hop"], Names(Path.Combine(folder.Path, "*")));
        Assert.Equal(["neb"], Names(Path.Combine(folder.Path, "n*")));
    }

    [Fact]
    public void Ends_named_one_by_one_are_one_path()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.Write("a_final.vasp", Samples.Final), folder.Write("a_initial.vasp", Samples.Initial), folder.Write("d.vasp", Samples.Band)];
        Assert.Equal(["a", "d"], PathReader.ReadMany(files).Select(r => r.Entry!.Name));
        Assert.Equal(["a"], Names(files[0]));
    }

    [Fact]
    public void Lone_end_is_an_error_that_says_how_to_give_a_pair()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Single(PathReader.Read(folder.Write("a_initial.vasp", Samples.Initial))).Error;
        Assert.Contains("X_final.*", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbered_folders_with_a_gap_are_no_band()
    {
        using var folder = new TemporaryFolder();
        folder.Write("01/POSCAR", Samples.Band);
        folder.Write("02/POSCAR", Samples.Band);
        Assert.Equal(["01", "02"], Names(folder.Path));
    }

    [Fact]
    public void Pair_is_read()
    {
        using var folder = new TemporaryFolder();
        var (initial, final) = (folder.Write("from.vasp", Samples.Initial), folder.Write("to.xyz", Samples.XyzFinal));
        var entry = PathReader.ReadPair(initial, final, new PathReadOptions { ImageCount = 3 }).Entry!;
        Assert.Equal(("from", 3, 5), (entry.Name, entry.Band.ImageCount, entry.Band.Structure.Count));

        var same = PathReader.ReadPair(initial, initial);
        Assert.Contains("the same", same.Error!.Message, StringComparison.Ordinal);
        Assert.StartsWith(initial, same.Error.Message, StringComparison.Ordinal);
        Assert.Contains("no such file", PathReader.ReadPair(initial, final + "x").Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_is_lazy()
    {
        using var folder = new TemporaryFolder();
        var library = folder.Write("library.jsonl", Samples.Line(Samples.JsonBand) + "\n{broken");
        Assert.Equal("hop", PathReader.ReadMany([library, "missing"]).First().Entry!.Name);
    }

    private static IEnumerable<string> Names(string path) => PathReader.Read(path).Select(r => r.Entry?.Name ?? throw r.Error!);
}
