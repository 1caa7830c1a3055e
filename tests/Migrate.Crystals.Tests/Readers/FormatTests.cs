namespace Migrate.Crystals.Tests.Readers;

/// <summary>Ways to write the same band that all read to the same sites.</summary>
public class FormatTests
{
    // Name of the file and its content; all hold the band of Samples.
    private static readonly (string Name, string Content)[] Same =
    [
        ("array.json", $" [ {Samples.JsonBand} ] \n"),
        ("object.json", "\uFEFF" + Samples.JsonBand),
        ("bare.json", Inner(Samples.JsonBand)),
        ("cartesian.json", """
            {"lattice_mat": [[5, 0, 0], [0, 6, 0], [0, 0, 7]], "cartesian": true, "elements": ["Li", "Li", "Li", "Li", "Li", "O", "Ti"],
            "coords": [[0.5, 0, 0], [1, 0, 0], [1.5, 0, 0], [2, 0, 0], [2.5, 0, 0], [2.5, 3, 3.5], [0, 3, 3.5]]}
            """),
        ("lines.jsonl", "\uFEFF" + Samples.Line(Samples.JsonBand) + "\r\n \r\n"),
        ("POSCAR", Samples.Band),
        ("CONTCAR_1", Samples.Band + "\n0 0 0\n1 2 3\nwhatever follows\n"),
        ("crlf.vasp", Samples.Band.ReplaceLineEndings("\r\n")),
        ("cr.vasp", Samples.Band.ReplaceLineEndings("\r")),
        ("mixed.vasp", "\uFEFF" + Samples.Band.Replace("1.0\n", "1.0\r\n", StringComparison.Ordinal).Replace("Li O Ti\n", "Li O Ti\r", StringComparison.Ordinal)),
        ("tabs.poscar", Samples.Band.Replace(" ", "\t ", StringComparison.Ordinal)),
        ("hash.vasp", Samples.Band.Replace("Li O Ti", "Li/52f8e7a1 O_s Ti_pv ! comment", StringComparison.Ordinal)),
        ("selective.vasp", Samples.Band.Replace("Direct", "Selective dynamics\nDirect", StringComparison.Ordinal)
            .Replace("0.3 0 0", "0.3 0 0 T F F Li3", StringComparison.Ordinal)),
        ("fortran.vasp", Samples.Band.Replace("0.3 0 0", "3.0D-01 0.d0 0", StringComparison.Ordinal)),
        ("vasp4.vasp", Samples.Band.Replace("Li O Ti\n", "", StringComparison.Ordinal).Replace("hop", "Li O Ti", StringComparison.Ordinal)),
        ("volume.vasp", Samples.Band.Replace("1.0", "-210", StringComparison.Ordinal)),
        ("scale.vasp", Samples.Band.Replace("1.0", "2", StringComparison.Ordinal)
            .Replace("5 0 0\n0 6 0\n0 0 7", "2.5 0 0\n0 3 0\n0 0 3.5", StringComparison.Ordinal)),
        ("cartesian.vasp", """
            Cartesian, three factors
            2 3 0.5
            2.5 0 0
            0 2 0
            0 0 14
            Li O Ti
            5 1 1
            k-points are not meant
            0.25 0 0
            0.5 0 0
            0.75 0 0
            1 0 0
            1.25 0 0
            1.25 1 7
            0 1 7
            """),
        ("band.xyz", Samples.XyzBand),
        ("plain.extxyz", Samples.XyzBand.Replace("Properties=species:S:1:pos:R:3 pbc=\"T T T\"", "energy=-1.5 flag", StringComparison.Ordinal)),
        ("columns.xyz", Samples.XyzBand.Replace("species:S:1:pos:R:3", "tag:I:1:pos:R:3:Z:I:1", StringComparison.Ordinal)
            .Replace("Li 0.5 0 0\nLi 1 0 0\nLi 1.5 0 0\nLi 2 0 0\nLi 2.5 0 0\nO 2.5 3 3.5\nTi 0 3 3.5",
                "0 0.5 0 0 3\n0 1 0 0 3\n0 1.5 0 0 3\n0 2 0 0 3\n0 2.5 0 0 3\n0 2.5 3 3.5 8\n0 0 3 3.5 22", StringComparison.Ordinal)),
        ("band.cif", Samples.Cif),
        ("json-without-ending", Samples.JsonBand),
        ("vasp.without.known.ending", Samples.Band),
        ("xyz-without-ending", Samples.XyzBand),
        ("cif-without-ending", Samples.Cif),
    ];

    public static TheoryData<string> Names => [.. Same.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Band_reads_the_same(string name)
    {
        using var folder = new TemporaryFolder();
        var content = System.Text.Encoding.UTF8.GetBytes(Same.Single(c => c.Name == name).Content);
        string[] files = [folder.Write(name, content), folder.WriteGzip(name + ".gz", content)];
        foreach (var file in files)
        {
            var result = Assert.Single(PathReader.Read(file));
            var band = (result.Entry ?? throw result.Error!).Band;
            Assert.Equal(("Li", 5), (band.MobileIon.Symbol, band.ImageCount));
            Assert.Equal(Samples.HopLength, band.HopLength, 1e-9);
            Assert.Equal([3, 3, 3, 3, 3, 8, 22], band.Structure.AtomicNumbers.ToArray());
            double[] expected = [0.1, 0, 0, 0.2, 0, 0, 0.3, 0, 0, 0.4, 0, 0, 0.5, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5];
            var actual = band.Structure.Fractional.ToArray().SelectMany(f => new[] { f.X, f.Y, f.Z }).ToArray();
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            Assert.Equal(210, band.Structure.Lattice.Volume, 1e-9);
        }
    }

    [Fact]
    public void Json_entry_larger_than_the_buffer_is_read()
    {
        using var folder = new TemporaryFolder();
        var padded = $"{{\"comment\": \"{new string('x', 300_000)}\", {Samples.JsonBand.TrimStart()[1..]}";
        var file = folder.Write("library.json", $"[{padded}, {Samples.JsonPair}, {padded}]");
        Assert.Equal(["hop", "17", "hop"], PathReader.Read(file).Select(r => r.Entry?.Name));
        file = folder.Write("library.jsonl", $"{Samples.Line(padded)}\n{Samples.Line(Samples.JsonPair)}\n{Samples.Line(padded)}");
        Assert.Equal(["hop", "17", "hop"], PathReader.Read(file).Select(r => r.Entry?.Name));
    }

    [Fact]
    public void Json_entry_is_labelled()
    {
        using var folder = new TemporaryFolder();
        var entry = Assert.Single(PathReader.Read(folder.Write("library.json", Samples.JsonBand))).Entry!;
        Assert.Equal(("hop", 0.5, "OXIDES"), (entry.Name, entry.Barrier, entry.Group));
        var bare = folder.Write("library.json", $"[{Inner(Samples.JsonBand)}, {Inner(Samples.JsonBand)}]");
        Assert.Equal(["library#0", "library#1"], PathReader.Read(bare).Select(r => r.Entry!.Name));
    }

    [Fact]
    public void Xyz_frames_are_bands_or_one_path()
    {
        using var folder = new TemporaryFolder();
        var bands = folder.Write("bands.xyz", Samples.XyzBand + "\n" + Samples.XyzBand);
        Assert.Equal(["bands#0", "bands#1"], PathReader.Read(bands).Select(r => r.Entry!.Name));

        var middle = Samples.XyzInitial.Replace("Li 0.5", "Li 1.4", StringComparison.Ordinal);
        var path = Assert.Single(PathReader.Read(folder.Write("images.xyz", Samples.XyzInitial + middle + Samples.XyzFinal)));
        Assert.Equal("images", (path.Entry ?? throw path.Error!).Name);
        Assert.Equal(Samples.HopLength, path.Entry.Band.HopLength, 1e-9);

        var other = Samples.XyzFinal.Replace("Ti", "Zr", StringComparison.Ordinal);
        var error = Assert.Single(PathReader.Read(folder.Write("mixed.xyz", Samples.XyzInitial + other))).Error;
        Assert.Contains("composition", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_structures_of_a_file_are_read()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("library.json", $"[{Samples.JsonBand}, {Samples.JsonPair}]");
        Assert.Equal([7, 3, 3], StructureReader.ReadAll(file).Select(s => s.Count));
        Assert.Equal(7, StructureReader.ReadFile(file).Count);
        Assert.Throws<InvalidInputException>(() => StructureReader.ReadFile(file + "x"));
    }

    // The value of "atoms" alone.
    private static string Inner(string json) => json[json.IndexOf("{\"lattice", StringComparison.Ordinal)..json.LastIndexOf('}')];
}
