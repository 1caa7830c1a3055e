using System.Text;

namespace Migrate.Crystals.Tests.Readers;

/// <summary>Labelled bulk structures, a JSON object a line.</summary>
public sealed class PropertyReaderTests : IDisposable
{
    private const string Atoms = "\"atoms\": {\"lattice_mat\": [[4, 0, 0], [0, 4, 0], [0, 0, 5]], \"coords\": [[0, 0, 0], [2, 2, 2.5]], "
        + "\"elements\": [\"Mg\", \"O\"], \"cartesian\": true}";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_line_is_a_structure_with_its_value()
    {
        var file = _folder.Write("a.jsonl", $"{{\"jid\": \"J-1\", \"target\": 2.5, \"split\": \"test\", {Atoms}}}\n\n{{\"target\": -1e-3, {Atoms}}}");
        var entries = PropertyReader.Read(file).Select(r => r.Entry!).ToList();
        Assert.Equal([(2.5, true, 1), (-1e-3, false, 3)], entries.Select(e => (e.Value, e.IsTest, e.Line)));
        Assert.Equal(["J-1", "3"], entries.Select(e => e.Structure.Name));
        Assert.All(entries, e =>
        {
            Assert.Equal(file, e.Source);
            Assert.Equal([12, 8], e.Structure.AtomicNumbers.ToArray());
            Assert.Equal(new Vector3D(0.5, 0.5, 0.5), e.Structure.Fractional[1]);
        });
    }

    [Fact]
    public void Compressed_files_are_the_same()
    {
        var text = Encoding.UTF8.GetBytes($"{{\"target\": 2.5, {Atoms}}}\n");
        var (plain, packed) = (PropertyReader.Read(_folder.Write("a.jsonl", text)).Single(), PropertyReader.Read(_folder.WriteGzip("a.jsonl.gz", text)).Single());
        Assert.Equal(plain.Entry!.Value, packed.Entry!.Value);
        Assert.Equal(plain.Entry.Structure.Fractional, packed.Entry.Structure.Fractional);
    }

    [Theory]
    [InlineData("{ broken", "no valid JSON")]
    [InlineData("[1]", "an object with atoms and target")]
    [InlineData("{\"target\": 1}", "an object with atoms and target")]
    [InlineData("{ATOMS}", "target should be a finite number")]
    [InlineData("{\"target\": \"1\", ATOMS}", "target should be a finite number")]
    [InlineData("{\"target\": null, ATOMS}", "target should be a finite number")]
    [InlineData("{\"target\": 1e999, ATOMS}", "target should be a finite number")]
    [InlineData("{\"target\": 1, \"atoms\": 3}", "atoms should be an object")]
    [InlineData("{\"target\": 1, \"atoms\": {\"lattice_mat\": [[1, 0, 0]], \"coords\": [], \"elements\": []}}", "3 x 3")]
    [InlineData("{\"target\": 1, \"atoms\": {\"lattice_mat\": [[4, 0, 0], [0, 4, 0], [0, 0, 4]], \"coords\": [[0, 0, 0]], \"elements\": [\"Xx\"]}}", "Xx")]
    public void A_broken_line_is_an_error_of_its_own(string line, string expected)
    {
        var good = $"{{\"target\": 1, {Atoms}}}";
        var file = _folder.Write("a.jsonl", $"{good}\n{line.Replace("ATOMS", Atoms, StringComparison.Ordinal)}\n{good}\n");
        var results = PropertyReader.Read(file).ToList();
        Assert.Equal([true, false, true], results.Select(r => r.Error is null));
        Assert.All(results, r => Assert.Equal(r.Entry is null, r.Error is not null));
        var error = results[1].Error!;
        Assert.StartsWith($"{file}:2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal((file, 2), (error.File, error.Line));
    }

    [Fact]
    public void An_unknown_split_trains()
    {
        var file = _folder.Write("a.jsonl", $"{{\"target\": 1, \"split\": \"train\", {Atoms}}}\n{{\"target\": 1, \"split\": 7, {Atoms}}}\n");
        Assert.All(PropertyReader.Read(file), r => Assert.False(r.Entry!.IsTest));
    }

    [Fact]
    public void Missing_and_damaged_files_are_named()
    {
        var missing = Path.Combine(_folder.Path, "none.jsonl");
        Assert.Contains(missing, Assert.Throws<InvalidInputException>(() => PropertyReader.Read(missing).ToList()).Message, StringComparison.Ordinal);
        var damaged = _folder.Write("a.jsonl.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]);
        Assert.Contains(damaged, Assert.Throws<InvalidInputException>(() => PropertyReader.Read(damaged).ToList()).Message, StringComparison.Ordinal);
        Assert.Empty(PropertyReader.Read(_folder.Write("empty.jsonl", "\n \n")));
    }

    public void Dispose() => _folder.Dispose();
}
