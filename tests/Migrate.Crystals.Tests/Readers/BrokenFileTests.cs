namespace Migrate.Crystals.Tests.Readers;

/// <summary>Broken files: each one is exactly one error that names the file, never another exception.</summary>
public class BrokenFileTests
{
    // Name of the file, what is done to a good one, and a word of the message.
    private static readonly (string Name, string Content, string Message)[] Cases =
    [
        ("empty.json", "", "empty"),
        ("cut.json", "[" + Samples.JsonBand[..200], "no valid JSON"),
        ("nan.json", Edit(Samples.JsonBand, "0.5, 0.5, 0.5", "NaN, 0.5, 0.5"), "no valid JSON"),
        ("infinite.json", Edit(Samples.JsonBand, "0.5, 0.5, 0.5", "1e999, 0.5, 0.5"), "no finite number"),
        ("text-number.json", Edit(Samples.JsonBand, "0.5, 0.5, 0.5", "\"0.5\", 0.5, 0.5"), "no finite number"),
        ("two-coordinates.json", Edit(Samples.JsonBand, "[0.2, 0, 0]", "[0.2, 0]"), "should be 3 numbers"),
        ("lattice-2x3.json", Edit(Samples.JsonBand, "[5, 0, 0], ", ""), "3 x 3"),
        ("flat.json", Edit(Samples.JsonBand, "[0, 0, 7]", "[5, 6, 0]"), "volume"),
        ("fewer-elements.json", Edit(Samples.JsonBand, ", \"Ti\"]", "]"), "coords has 7 rows"),
        ("unknown-element.json", Edit(Samples.JsonBand, "\"Ti\"", "\"Xy\""), "no element"),
        ("element-number.json", Edit(Samples.JsonBand, "\"Ti\"", "22"), "no element"),
        ("cartesian.json", Edit(Samples.JsonBand, "\"cartesian\": false", "\"cartesian\": \"no\""), "true or false"),
        ("target.json", Edit(Samples.JsonBand, "0.5, \"atoms\"", "\"0.5\", \"atoms\""), "target"),
        ("no-structure.json", "{\"sys_name\": \"x\"}", "no structure"),
        ("number.json", "[3]", "no object"),
        ("empty-array.json", "[]", "empty"),
        ("unfinished-pair.json", Edit(Samples.JsonPair, "atoms_fin", "atoms_end"), "atoms_fin is missing"),
        ("deep.json", new string('[', 100) + new string(']', 100), "no valid JSON"),
        ("trailing.json", Samples.JsonBand + Samples.JsonBand, ".jsonl"),
        ("unicode.json", Edit(Samples.JsonBand, "\"hop\"", "\"\\ud800\""), "Unicode"),
        ("no-band.json", Edit(Samples.JsonBand, "[0.3, 0, 0]", "[0.35, 0, 0]"), "image 3"),
        ("line.jsonl", "{\"atoms\": ", "line.jsonl:1"),
        ("plain.json.gz", "\u001f\u008b", "gz"),
        ("POSCAR_empty", "", "ends where"),
        ("POSCAR_cut", Samples.Band[..60], "should be"),
        ("fewer-sites.vasp", Edit(Samples.Band, "0 0.5 0.5\n", ""), "ends where coordinates of site 7"),
        ("many-sites.vasp", Edit(Samples.Band, "5 1 1", "999999999 1 1"), "sites"),
        ("overflow.vasp", Edit(Samples.Band, "5 1 1", "99999999999 1 1"), "count"),
        ("negative-count.vasp", Edit(Samples.Band, "5 1 1", "-5 1 1"), "count"),
        ("no-sites.vasp", Edit(Samples.Band, "5 1 1", "0 0 0"), "0 sites"),
        ("two-counts.vasp", Edit(Samples.Band, "5 1 1", "5 1"), "3 species but 2 counts"),
        ("vasp4.vasp", Edit(Samples.Band, "Li O Ti\n", ""), "VASP 4"),
        ("unknown-element.vasp", Edit(Samples.Band, "Li O Ti", "Li O Xy"), "no element"),
        ("word.vasp", Edit(Samples.Band, "0.3 0 0", "0.3 zero 0"), "word.vasp:11: "),
        ("nan.vasp", Edit(Samples.Band, "0.3 0 0", "nan 0 0"), "no finite number"),
        ("two-scales.vasp", Edit(Samples.Band, "1.0", "1.0 1.0"), "scale"),
        ("zero-scale.vasp", Edit(Samples.Band, "1.0", "0.0"), "scale"),
        ("flat.vasp", Edit(Samples.Band, "0 0 7", "5 6 0"), "volume"),
        ("flat-volume.vasp", Edit(Edit(Samples.Band, "0 0 7", "5 6 0"), "1.0", "-210"), "volume"),
        ("mode.vasp", Edit(Samples.Band, "Direct", "0.1 0.1 0.1"), "Direct"),
        ("binary.vasp", "\0\u0001\u0002\0", "binary"),
        ("long-line.vasp", new string('x', 3 << 20), "longer"),
        ("empty.xyz", "", "empty"),
        ("no-lattice.xyz", Edit(Samples.XyzBand, "Lattice=\"5 0 0 0 6 0 0 0 7\" ", ""), "Lattice"),
        ("lattice-8.xyz", Edit(Samples.XyzBand, "0 0 7\"", "0 7\""), "9"),
        ("open-quote.xyz", Edit(Samples.XyzBand, "pbc=\"T T T\"", "pbc=\"T T T"), "missing"),
        ("not-periodic.xyz", Edit(Samples.XyzBand, "T T T", "F F F"), "periodic"),
        ("no-positions.xyz", Edit(Samples.XyzBand, ":pos:R:3", ":force:R:3"), "pos:R:3"),
        ("columns.xyz", Edit(Samples.XyzBand, "R:3", "R:0"), "number of columns"),
        ("cut.xyz", Edit(Samples.XyzBand, "Ti 0 3 3.5\n", ""), "site 7 of 7"),
        ("count.xyz", Edit(Samples.XyzBand, "7\nL", "seven\nL"), "number of sites"),
        ("many.xyz", Edit(Samples.XyzBand, "7\nL", "2000000000\nL"), "number of sites"),
        ("element.xyz", Edit(Samples.XyzBand, "Ti 0", "Xy 0"), "no element"),
        ("short-line.xyz", Edit(Samples.XyzBand, "Ti 0 3 3.5", "Ti 0 3"), "columns"),
        ("unknown.kind", "no structure at all", "unknown kind"),
        ("empty.kind", "", "empty"),
        ("binary.kind", "\0\0\0", "unknown kind"),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Broken_file_is_one_error(string name)
    {
        using var folder = new TemporaryFolder();
        var (_, content, message) = Cases.Single(c => c.Name == name);

        // Bytes of Latin-1, so that binary cases are what they seem.
        var file = folder.Write(name, System.Text.Encoding.Latin1.GetBytes(content));
        var result = Assert.Single(PathReader.Read(file));
        Assert.Null(result.Entry);
        Assert.Equal((file, 0), (result.Source, result.Index));
        Assert.StartsWith(file, result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains(message, result.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error.Message);
    }

    [Theory]
    [InlineData("missing.vasp", "no such file")]
    [InlineData("*.vasp", "nothing matches")]
    [InlineData("", "no file to read")]
    public void Nothing_to_read_is_one_error(string name, string message)
    {
        using var folder = new TemporaryFolder();
        var result = Assert.Single(PathReader.Read(Path.Combine(folder.Path, name)));
        Assert.Contains(message, result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_entry_leaves_the_others()
    {
        using var folder = new TemporaryFolder();
        var broken = Edit(Samples.JsonBand, "\"Ti\"", "\"Xy\"");
        var array = folder.Write("library.json", $"[{Samples.JsonBand},\n{broken}, {Samples.JsonPair}\n]");
        var lines = folder.Write("library.jsonl", $"{Samples.Line(Samples.JsonBand)}\n\n{{]\r\n{Samples.Line(broken)}\n{Samples.Line(Samples.JsonPair)}");

        var results = PathReader.Read(array).ToArray();
        Assert.Equal(["hop", null, "17"], results.Select(r => r.Entry?.Name));
        Assert.Contains("library.json: entry 1: ", results[1].Error!.Message, StringComparison.Ordinal);

        results = [.. PathReader.Read(lines)];
        Assert.Equal(["hop", null, null, "17"], results.Select(r => r.Entry?.Name));
        Assert.Equal([0, 1, 2, 3], results.Select(r => r.Index));
        Assert.Contains("library.jsonl:3: ", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("library.jsonl:4: entry 2: ", results[2].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Syntax_error_ends_the_file_with_its_line()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("library.json", $"[\n{Samples.Line(Samples.JsonBand)},\n{Samples.Line(Samples.JsonBand)},\n{{\"atoms\" 3}}, {Samples.JsonBand}]");
        var results = PathReader.Read(file).ToArray();
        Assert.Equal([false, false, true], results.Select(r => r.Error is not null));
        Assert.Equal((2, 4), (results[2].Index, results[2].Error!.Line));
    }

    private static string Edit(string text, string part, string by)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        var at = text.LastIndexOf(part, StringComparison.Ordinal);
        return text[..at] + by + text[(at + part.Length)..];
    }
}
