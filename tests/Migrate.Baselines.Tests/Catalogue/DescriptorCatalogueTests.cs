using Migrate.Baselines.Catalogue;
using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Testing;

namespace Migrate.Baselines.Tests.Catalogue;

/// <summary>Values of the catalogue for crystals that can be computed by hand.</summary>
public class DescriptorCatalogueTests
{
    [Fact]
    public void Every_descriptor_has_a_name_of_its_own_a_meaning_and_a_source()
    {
        Assert.InRange(DescriptorCatalogue.All.Count, 277, 1000);
        Assert.Equal(DescriptorCatalogue.All.Count, DescriptorCatalogue.All.Select(d => d.Name).Distinct().Count());
        Assert.All(DescriptorCatalogue.All, d => Assert.True(d.Meaning.Length > 0 && d.Source.Length > 0 && !d.Name.Contains(','), d.Name));
        Assert.Equal(DescriptorCatalogue.OfStructures, DescriptorCatalogue.All.Take(DescriptorCatalogue.OfStructures.Count));
        Assert.Equal(9, DescriptorCatalogue.All.Count(d => d.Source.StartsWith("Devi", StringComparison.Ordinal)));
    }

    [Fact]
    public void Lengths_agree_with_the_catalogue()
    {
        Assert.Equal(DescriptorCatalogue.OfStructures.Count, DescriptorCatalogue.Compute(Crystals.NaCl).Length);
        Assert.Equal(DescriptorCatalogue.All.Count, DescriptorCatalogue.Compute(Bands.RockSalt()).Length);
    }

    [Fact]
    public void Composition_of_rock_salt()
    {
        Expect(Crystals.NaCl, "stoichiometry: 0-norm", 2);
        Expect(Crystals.NaCl, "stoichiometry: 2-norm", Math.Sqrt(0.5));
        Expect(Crystals.NaCl, "atomic number: mean", 14);
        Expect(Crystals.NaCl, "atomic number: mean absolute deviation", 3);
        Expect(Crystals.NaCl, "atomic number: range", 6);
        // 1 - exp(-(3.16 - 0.93)² / 4).
        Expect(Crystals.NaCl, "ionic character: largest", 0.711550, 1e-5);
        Expect(Crystals.NaCl, "ionic character: mean", 0.711550 / 4, 1e-5);
        Expect(Crystals.NaCl, "charges balance", 1);
        // Na 3s1, Cl 3s2 3p5.
        Expect(Crystals.NaCl, "s share of valence electrons", 3.0 / 8);
        Expect(Crystals.SrTiO3, "atomic number: mode", 8);
        // Both are as frequent: the smaller one.
        Expect(Crystals.NaCl, "atomic number: mode", 11);
        Expect(Crystals.SrTiO3, "unfilled d places: maximum", 8);
    }

    [Fact]
    public void Density_and_radial_distribution()
    {
        // CRC Handbook: halite 2.17, fluorite 3.18, SrTiO3 5.12 g/cm³.
        Expect(Crystals.NaCl, "density", 2.164, 0.005);
        Expect(Crystals.CaF2, "density", 3.181, 0.005);
        Expect(Crystals.SrTiO3, "density", 5.117, 0.005);
        Expect(Crystals.NaCl, "volume per atom", Math.Pow(Crystals.NaClEdge, 3) / 8);
        Expect(Crystals.CaF2, "volume per anion of the structure", Math.Pow(Crystals.CaF2Edge, 3) / 8);
        var spheres = 4 * (Math.Pow(1.66, 3) + Math.Pow(1.02, 3)) * 4 / 3 * Math.PI;
        Expect(Crystals.NaCl, "packing of covalent spheres", spheres / Math.Pow(Crystals.NaClEdge, 3));
        Expect(Crystals.NaCl, "g(1.25 Å)", 0, 1e-9);
    }

    [Fact]
    public void Symmetry()
    {
        Assert.SkipUnless(CrystalSymmetry.Available, "the native library was built without spglib");
        Expect(Crystals.NaCl, "space group", 225);
        Expect(Crystals.CaF2, "space group", 225);
        Expect(Crystals.SrTiO3, "space group", 221);
        Expect(Crystals.SrTiO3, "crystal system", 7);
        Expect(Crystals.SrTiO3, "centrosymmetric", 1);
        Expect(Crystals.SrTiO3, "symmetry operations", 48);
        Expect(Crystals.NaCl, "structural complexity", 1);
        // Orbits of 1, 1 and 3 of 5 sites.
        Expect(Crystals.SrTiO3, "structural complexity", (0.4 * Math.Log2(5)) - (0.6 * Math.Log2(0.6)));
    }

    [Fact]
    public void Surroundings_of_the_sites()
    {
        Assert.SkipUnless(VoronoiCells.Available, "the native library was built without Voro++");
        Assert.Equal([6, 6, 6, 6, 6, 6, 6, 6], Coordination(Crystals.NaCl));
        Assert.Equal([8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 4], Coordination(Crystals.CaF2));
        Assert.Equal([12, 6], Coordination(Crystals.SrTiO3)[..2]);
        // A cube: q2 = 0, q4 = sqrt(7/12), q6 = sqrt(1/8) (Steinhardt, Nelson and Ronchetti, Phys. Rev. B 28, 784 (1983)).
        Expect(Crystals.NaCl, "q2 of sites: maximum", 0, 1e-6);
        Expect(Crystals.NaCl, "q4 of sites: mean", Math.Sqrt(7.0 / 12), 1e-6);
        Expect(Crystals.NaCl, "q6 of sites: mean", Math.Sqrt(1.0 / 8), 1e-6);
        Expect(Crystals.NaCl, "faces of sites: mean", 6);
        Expect(Crystals.NaCl, "effective coordination number of sites: mean", 6);
        Expect(Crystals.NaCl, "share of faces with 4 edges: mean", 1);
        Expect(Crystals.NaCl, "bond-length variation of sites: maximum", 0, 1e-9);
        Expect(Crystals.NaCl, "cell volume of sites: standard deviation", 0, 1e-9);
    }

    [Fact]
    public void Voronoi_cells_fill_the_crystal()
    {
        Assert.SkipUnless(VoronoiCells.Available, "the native library was built without Voro++");
        foreach (var crystal in new[] { Crystals.NaCl, Crystals.CaF2, Crystals.SrTiO3 })
        {
            var cells = VoronoiCells.Find(crystal);
            Assert.Equal(crystal.Lattice.Volume, cells.Volumes.Sum(), 1e-8);
            Assert.All(Enumerable.Range(0, crystal.Count), i => Assert.Equal(4 * Math.PI, cells[i].ToArray().Sum(f => f.SolidAngle), 1e-8));
        }
    }

    [Fact]
    public void Madelung_constants()
    {
        // Energy of a formula unit in units of e² / 4πε₀ over the nearest distance of opposite charges: rock salt 1.747565 for charges of 1; fluorite
        // 2.51939 z+ z- = 5.03879 for charges of 2 and 1 (Sakamoto, J. Chem. Phys. 28, 164 (1958)).
        var salt = -1.74756459 * EwaldSum.Coulomb / (Crystals.NaClEdge / 2) / 2;
        var fluorite = -5.03878 * EwaldSum.Coulomb / (Crystals.CaF2Edge * Math.Sqrt(3) / 4) / 3;
        Expect(Crystals.NaCl, "Ewald energy per atom", salt, 1e-7);
        Expect(Crystals.CaF2, "Ewald energy per atom", fluorite, 1e-4);
        Expect(Crystals.NaCl, "site potential of cations: mean", salt * 2, 1e-7);
        Expect(Crystals.SrTiO3, "largest guessed charge", 4);
    }

    [Fact]
    public void Bond_valences()
    {
        // O'Keeffe and Brese list R = 1.90 (Ca-O 1.967, from single pairs), here from the elements' own parameters, which agree within 0.05 Å.
        Assert.Equal(1.803, BondValence.UnitLength(11, 8), 0.05);
        Assert.Equal(1.967, BondValence.UnitLength(20, 8), 0.05);
        Assert.Equal(1.815, BondValence.UnitLength(22, 8), 0.05);
        Assert.InRange(Value(Crystals.SrTiO3, "global instability index"), 0, 0.4);
        Assert.InRange(Value(Crystals.NaCl, "bond-valence sum over charge: mean"), 0.8, 1.3);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_structure_written_in_another_way_is_the_same(int seed)
    {
        var structure = Bands.Random(seed).ToEndPoints().Initial;
        var expected = DescriptorCatalogue.Compute(structure);
        int[] order = [.. Enumerable.Range(0, structure.Count).Reverse()];
        var numbers = structure.AtomicNumbers.ToArray();
        var places = structure.Fractional.ToArray();
        Structure[] others =
        [
            structure.Rotated(new Random(seed)), structure.Translated(new Vector3D(0.3, -1.2, 0.7)), structure.Unwrapped(new Random(seed), out _),
            structure.Supercell(1, 2, 1), new(structure.Lattice, [.. order.Select(i => numbers[i])], [.. order.Select(i => places[i])]),
        ];
        foreach (var (other, k) in others.Select((other, k) => (other, k)))
        {
            var found = DescriptorCatalogue.Compute(other);
            Assert.All(DescriptorCatalogue.OfStructures.Select((d, i) => (d.Name, i)), c => Assert.True(
                Same(expected[c.i], found[c.i]), $"{k}: {c.Name}: {expected[c.i]} and {found[c.i]}"));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_path_and_its_reverse_are_the_same(int seed)
    {
        var (expected, found) = (DescriptorCatalogue.Compute(Bands.Random(seed)), DescriptorCatalogue.Compute(Bands.Random(seed).Reversed()));
        Assert.All(DescriptorCatalogue.All.Select((d, i) => (d.Name, i)), c => Assert.True(
            Same(expected[c.i], found[c.i]), $"{c.Name}: {expected[c.i]} and {found[c.i]}"));
    }

    [Fact]
    public void An_element_without_properties_is_named()
    {
        var structure = new Structure(Crystals.NaCl.Lattice, [98], [new(0, 0, 0)]);
        Assert.Contains("Cf", Assert.Throws<InvalidInputException>(() => DescriptorCatalogue.Compute(structure)).Message, StringComparison.Ordinal);
    }

    // What the native library cannot tell is missing on both sides; nothing else may be.
    private static bool Same(double expected, double found) => DescriptorCatalogue.Missing.Count > 0 && double.IsNaN(expected)
        ? double.IsNaN(found)
        : Math.Abs(expected - found) <= 1e-6 * Math.Max(1, Math.Abs(expected));

    private static int[] Coordination(Structure structure)
    {
        var analysis = new StructureAnalysis(structure);
        return [.. Enumerable.Range(0, structure.Count).Select(i => analysis.Coordination(analysis.Cells!, i).Count)];
    }

    private static double Value(Structure structure, string name) =>
        DescriptorCatalogue.Compute(structure)[DescriptorCatalogue.OfStructures.Select((d, i) => (d.Name, i)).Single(d => d.Name == name).i];

    private static void Expect(Structure structure, string name, double expected, double tolerance = 1e-9) => Assert.Equal(expected, Value(structure, name), tolerance);
}
