namespace Migrate.Crystals.Tests.Readers;

/// <summary>Structures that are no paths, from files, folders and libraries.</summary>
public class StructureLibraryTests
{
    [Fact]
    public void Every_structure_of_a_folder_is_read_by_itself()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a_initial.vasp", Samples.Initial);
        folder.Write("a_final.vasp", Samples.Final);
        folder.Write("b.vasp", Samples.Band);
        folder.Write("c.jsonl", Samples.Line(Samples.JsonBand) + "\n" + Samples.Line(Samples.JsonPair) + "\n");
        var results = StructureLibrary.ReadMany([folder.Path]).ToArray();
        Assert.All(results, r => Assert.Null(r.Error));
        Assert.Equal(["a initial", "a final", "b", "hop", "17", "17"], results.Select(r => r.Structure!.Name));
        Assert.Equal([3, 3, 7, 7, 3, 3], results.Select(r => r.Structure!.Count));
        Assert.Equal([0, 1, 2], results[3..].Select(r => r.Index));
    }

    [Fact]
    public void A_bad_entry_is_an_error_in_its_place()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.jsonl", $"{{\"sys_name\": \"none\"}}\nno JSON\n{Samples.Line(Samples.JsonBand)}\n");
        var missing = Path.Combine(folder.Path, "missing.cif");
        var results = StructureLibrary.ReadMany([file, missing, folder.Write("d.cif", "nothing")]).ToArray();
        Assert.Equal([false, false, true, false, false], results.Select(r => r.Structure is not null));
        Assert.Contains("no structure", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("c.jsonl:2", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("no such file", results[3].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("d.cif", results[4].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_document_ends_its_file_only()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.Write("a.json", $"[{Samples.JsonBand}, {{]");
        var results = StructureLibrary.ReadMany([broken, folder.Write("b.vasp", Samples.Initial)]).ToArray();
        Assert.Equal([true, false, true], results.Select(r => r.Structure is not null));
    }
}
