using Migrate.Crystals.Hops;
using Migrate.Crystals.Writers;

namespace Migrate.Crystals.Tests.Hops;

public class HopSearchTests
{
    private static readonly Element Na = Element.FromAtomicNumber(11), Li = Element.FromAtomicNumber(3);

    // Rock salt, a = 5.64 Å: conventional cell.
    private static Structure RockSalt(double a = 5.64)
    {
        Vector3D[] fcc = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        return new Structure(
            new Lattice(new(a, 0, 0), new(0, a, 0), new(0, 0, a)), [11, 11, 11, 11, 17, 17, 17, 17], [.. fcc, .. fcc.Select(p => p + new Vector3D(0.5, 0, 0))], "NaCl");
    }

    private static Structure Primitive(double a = 5.64) =>
        new(new Lattice(new(0, a / 2, a / 2), new(a / 2, 0, a / 2), new(a / 2, a / 2, 0)), [11, 17], [new(0, 0, 0), new(0.5, 0.5, 0.5)], "NaCl");

    [Fact]
    public void Rock_salt_has_one_hop_to_the_nearest_site()
    {
        var hop = Assert.Single(HopSearch.Find(RockSalt(), Na));
        Assert.Equal(5.64 / Math.Sqrt(2), hop.Length, 1e-12);
        Assert.Equal(hop.Length, hop.Path.HopLength, 1e-12);
        Assert.Equal(24, hop.Multiplicity); // 4 sites, 12 neighbours each, two directions

        // The line crosses an edge of two chlorines at half its length: their distance is the hop's own.
        Assert.Equal(5.64 / Math.Sqrt(8), hop.Clearance, 1e-12);
        Assert.Equal("NaCl-Na-1", hop.Path.Name);
        Assert.Equal((2 * 2 * 2 * 8) - 1, hop.Path.Initial.Count);
        Assert.Equal(0, hop.Path.MigratingSite);
        Assert.Equal(hop.Path.Initial.Fractional[1..], hop.Path.Final.Fractional[1..]);
    }

    [Fact]
    public void The_choice_of_the_cell_does_not_matter()
    {
        var (conventional, primitive) = (Assert.Single(HopSearch.Find(RockSalt(), Na)), Assert.Single(HopSearch.Find(Primitive(), Na)));
        Assert.Equal(conventional.Length, primitive.Length, 1e-12);
        Assert.Equal(conventional.Clearance, primitive.Clearance, 1e-12);
        Assert.Equal(conventional.Multiplicity, primitive.Multiplicity * 4);
        Assert.All(primitive.Path.Initial.Lattice.Heights.Map(h => h >= 8 ? 0 : 1) is var low ? new[] { low.X, low.Y, low.Z } : [], x => Assert.Equal(0, x));
    }

    [Fact]
    public void A_vacancy_waits_at_the_end_and_only_the_ion_moves()
    {
        var path = HopSearch.Find(RockSalt(), Na)[0].Path;
        foreach (var (structure, vacant) in new[] { (path.Initial, path.Final), (path.Final, path.Initial) })
        {
            var nearest = Enumerable.Range(1, structure.Count - 1)
                .Min(i => structure.Lattice.ToCartesian(structure.Lattice.ShortestImage(structure.Fractional[i] - vacant.Fractional[0])).Length);
            Assert.Equal(5.64 / 2, nearest, 1e-9);
        }
    }

    [Fact]
    public void In_the_dilute_limit_the_ion_is_alone()
    {
        var path = Assert.Single(HopSearch.Find(RockSalt(), Na, new HopOptions { Dilute = true })).Path;
        Assert.Equal((8 * 4) + 1, path.Initial.Count);
        Assert.Single(path.Initial.AtomicNumbers.ToArray(), z => z == 11);
    }

    [Fact]
    public void A_line_through_a_third_site_is_no_hop()
    {
        // A chain of lithium along x: every second site is reached through the one between.
        var chain = new Structure(new Lattice(new(3, 0, 0), new(0, 9, 0), new(0, 0, 9)), [3, 8], [new(0, 0, 0), new(0.5, 0.5, 0.5)], "chain");
        var options = new HopOptions { MaxLength = 6.5, MinWidth = 16 };
        Assert.Equal(3, Assert.Single(HopSearch.Find(chain, Li, options)).Length, 1e-12);
        Assert.Equal([3.0, 6.0], HopSearch.Find(chain, Li, options with { Clearance = 0 }).Select(h => Math.Round(h.Length, 9)));
    }

    [Fact]
    public void Hops_that_differ_are_told_apart_and_come_by_length()
    {
        // A tetragonal lattice of lithium with oxygen in the middle: two hops, along x = y and along z.
        var crystal = new Structure(new Lattice(new(3.2, 0, 0), new(0, 3.2, 0), new(0, 0, 3.6)), [3, 8], [new(0, 0, 0), new(0.5, 0.5, 0.5)], "tetragonal");
        var hops = HopSearch.Find(crystal, Li, new HopOptions { MaxLength = 4 });
        Assert.Equal([(3.2, 2), (3.6, 1)], hops.Select(h => (Math.Round(h.Length, 9), h.Multiplicity)));
        Assert.Equal(3.2, Assert.Single(HopSearch.Find(crystal, Li, new HopOptions { MaxLength = 4, Limit = 1 })).Length, 1e-9);
    }

    [Fact]
    public void A_hop_as_long_as_its_own_image_is_left_out()
    {
        // In a cell as wide as twice the hop, forwards and backwards end at the same site.
        var chain = new Structure(new Lattice(new(4, 0, 0), new(0, 9, 0), new(0, 0, 9)), [3, 8], [new(0, 0, 0), new(0.5, 0.5, 0.5)], "chain");
        Assert.Empty(HopSearch.Find(chain, Li, new HopOptions { MinWidth = 8 }));
        Assert.Single(HopSearch.Find(chain, Li, new HopOptions { MinWidth = 8.1 }));
    }

    [Fact]
    public void What_cannot_be_searched_is_told_in_one_line()
    {
        var missing = Assert.Throws<InvalidInputException>(() => HopSearch.Find(RockSalt(), Li));
        Assert.Equal("NaCl: no Li in this structure; its elements are Na Cl", missing.Message);
        var large = Assert.Throws<InvalidInputException>(() => HopSearch.Find(RockSalt(), Na, new HopOptions { MaxSites = 63 }));
        Assert.Equal("NaCl: a supercell 8 Å wide has 64 sites, at most 63 are allowed", large.Message);
        Assert.Throws<ArgumentException>(() => HopSearch.Find(RockSalt(), Na, new HopOptions { MaxLength = double.NaN }));
        Assert.Throws<ArgumentException>(() => HopSearch.Find(RockSalt(), Na, new HopOptions { Limit = -1 }));
    }

    [Theory, InlineData("paths.jsonl"), InlineData("paths.jsonl.gz")]
    public void Paths_are_written_as_a_library_that_reads_back(string name)
    {
        var path = HopSearch.Find(RockSalt(5.6402100001), Na)[0].Path;
        var folder = Directory.CreateTempSubdirectory("migrate-hops-");
        try
        {
            var file = Path.Combine(folder.FullName, name);
            using (var stream = File.Create(file))
            using (var library = JsonPathWriter.Compressed(stream, name))
            {
                JsonPathWriter.Write(library, path, 0.25, "halide \"rock\" salt");
                JsonPathWriter.Write(library, path);
            }

            var read = PathReader.Read(file).Select(r => r.Entry!).ToList();
            Assert.Equal([0.25, null], read.Select(e => e.Barrier));
            Assert.Equal(["halide \"rock\" salt", null], read.Select(e => e.Group));
            var band = path.ToBand();
            Assert.All(read, e =>
            {
                Assert.Equal(path.Name, e.Name);
                Assert.Equal(band.Structure.AtomicNumbers, e.Band.Structure.AtomicNumbers);
                Assert.Equal(band.Structure.Fractional, e.Band.Structure.Fractional);
                Assert.Equal(band.Structure.Lattice.A, e.Band.Structure.Lattice.A);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
