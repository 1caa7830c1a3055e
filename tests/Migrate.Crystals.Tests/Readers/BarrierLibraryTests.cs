using Migrate.Testing;

namespace Migrate.Crystals.Tests.Readers;

/// <summary>The published data set of 619 paths, read through the public door (data/README.md in the reference data).</summary>
public class BarrierLibraryTests
{
    [Theory]
    [InlineData("train", 559)]
    [InlineData("test", 60)]
    public void Bands_match_the_table(string set, int count)
    {
        // metadata.csv: hop_length_angstrom rounded to 4 decimals, written from the same files with NumPy.
        var rows = Metadata().Where(row => row["split"] == set).ToArray();
        var results = PathReader.Read(File("band", set)).ToArray();
        Assert.Equal((count, count), (results.Length, rows.Length));
        foreach (var (result, row) in results.Zip(rows))
        {
            var entry = result.Entry ?? throw result.Error!;
            Assert.Equal((row["sys_name"], row["migrating_ion"]), (entry.Name, entry.Band.MobileIon.Symbol));
            Assert.Equal(row["class"], entry.Group);
            Assert.Equal(Number(row["em_ev"]), entry.Barrier);
            Assert.Equal(Number(row["hop_length_angstrom"]), entry.Band.HopLength, 1e-3);
            Assert.Equal(Number(row["n_atoms_initial"]), entry.Band.Structure.Count - 4);
        }
    }

    [Fact]
    public void Bands_of_end_points_match_published_bands()
    {
        var bands = PathReader.Read(File("band", "test")).Select(r => r.Entry!.Band).ToArray();
        var made = PathReader.Read(File("endpoints", "test")).Select(r => r.Entry?.Band ?? throw r.Error!).ToArray();
        var rows = Metadata().Where(row => row["split"] == "test").ToArray();
        Assert.Equal(60, made.Length);
        foreach (var (band, own, row) in bands.Zip(made, rows))
        {
            Assert.Equal(band.Structure.AtomicNumbers, own.Structure.AtomicNumbers);
            if (row["hop_is_shortest_image"] == "1")
            {
                for (var i = 0; i < band.Structure.Count; i++)
                {
                    Assert.True((band.Structure.Fractional[i] - own.Structure.Fractional[i]).Length < 1e-9, $"{band.Name}, site {i}");
                }
            }
        }
    }

    [Fact]
    public void Migrating_ion_is_found()
    {
        var structures = StructureReader.ReadAll(File("endpoints", "test")).Chunk(2).ToArray();
        Assert.Equal(60, structures.Length);
        Assert.All(structures, pair => Assert.Equal(0, MigrationPath.FromEndpoints(pair[0], pair[1]).MigratingSite));
    }

    [Fact]
    public void Ends_of_nudged_elastic_bands_make_paths()
    {
        // initial.vasp and final.vasp of nine published cases, one folder each.
        var glob = Path.Combine(SharedFolder.Require("data", "neb-reference"), "*", "*al.vasp");
        var results = PathReader.Read(glob).ToArray();
        Assert.Equal(9, results.Length);
        Assert.All(results, r => Assert.Equal(Path.GetFileName(Path.GetDirectoryName(r.Source)), (r.Entry ?? throw r.Error!).Name));
    }

    private static string File(string kind, string set) => SharedFolder.Require("data", "migration-barriers", $"{kind}-{set}.json.gz");

    private static IEnumerable<Dictionary<string, string>> Metadata()
    {
        var lines = System.IO.File.ReadAllLines(SharedFolder.Require("data", "migration-barriers", "metadata.csv"));
        var names = Cells(lines[0]);
        return lines.Skip(1).Select(line => names.Zip(Cells(line)).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    // Quotes protect commas; no cell holds a line break.
    private static string[] Cells(string line) =>
        [.. line.Split('"').SelectMany((part, k) => k % 2 == 1 ? [part] : part.Split(',').Select((cell, n) => n == 0 ? cell : "\n" + cell))
            .Aggregate("", (all, part) => all + part).Split('\n')];

    private static double Number(string cell) => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);
}
