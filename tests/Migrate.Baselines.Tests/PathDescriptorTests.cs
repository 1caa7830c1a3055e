using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Baselines.Tests;

/// <summary>Descriptors of a crystal that can be worked out by hand, and of crystals that should not exist.</summary>
public class PathDescriptorTests
{
    private const double A = Bands.RockSaltEdge;

    [Fact]
    public void Every_value_has_a_name_and_every_name_is_given_once()
    {
        Assert.Equal(PathDescriptors.Names.Count, PathDescriptors.Compute(Bands.RockSalt()).Length);
        Assert.Equal(PathDescriptors.Names.Count, PathDescriptors.Names.Distinct().Count());
    }

    [Fact]
    public void Distances_in_rock_salt_are_those_of_a_ruler()
    {
        var of = Named(Bands.RockSalt());
        // From an octahedron (six O at a/2) through the middle of an edge (two O at a/√8, four at a √(3/8)).
        Assert.Equal(A / 2, of["nearest anion / Å: mean of ends"], 1e-12);
        Assert.Equal(0, of["nearest anion / Å: difference of ends"], 1e-12);
        Assert.Equal(A / Math.Sqrt(8), of["nearest anion / Å: middle"], 1e-12);
        Assert.Equal(A / Math.Sqrt(8), of["nearest anion / Å: minimum"], 1e-12);
        Assert.Equal(A / 2, of["nearest anion / Å: maximum"], 1e-12);
        Assert.Equal((A / 2) - (A / Math.Sqrt(8)), of["nearest anion / Å: minimum below ends"], 1e-12);
        Assert.Equal(0, of["nearest anion / Å: maximum above ends"], 1e-12);
        var along = Enumerable.Range(0, 9).Average(k => A / 2 * Math.Sqrt(Math.Pow(1 - (k / 8.0), 2) + Math.Pow(k / 8.0, 2)));
        Assert.Equal(along, of["nearest anion / Å: mean"], 1e-12);
        Assert.Equal(A / 2, of["three nearest anions / Å: mean of ends"], 1e-12);
        Assert.Equal(A * ((2 / Math.Sqrt(8)) + Math.Sqrt(3.0 / 8)) / 3, of["three nearest anions / Å: middle"], 1e-12);
        Assert.Equal(A / 2, of["six nearest anions / Å: mean of ends"], 1e-12);
        Assert.Equal(A * ((2 / Math.Sqrt(8)) + (4 * Math.Sqrt(3.0 / 8))) / 6, of["six nearest anions / Å: middle"], 1e-12);
        Assert.Equal(A / Math.Sqrt(2), of["nearest cation / Å: mean of ends"], 1e-12);
        Assert.Equal(A * Math.Sqrt(3.0 / 8), of["nearest cation / Å: middle"], 1e-12);
        // No other Li: as far as anything is looked for.
        Assert.Equal(7, of["nearest ion of its kind / Å: minimum"]);
    }

    [Fact]
    public void Radii_and_charges_enter_as_tabulated()
    {
        var of = Named(Bands.RockSalt());
        Assert.Equal((A / 2) - 0.76 - 1.40, of["clearance of anions / Å: mean of ends"], 1e-12);
        Assert.Equal((A / Math.Sqrt(8)) - 0.76 - 1.40, of["clearance of anions / Å: minimum"], 1e-12);
        Assert.Equal((A * Math.Sqrt(3.0 / 8)) - 0.76 - 0.72, of["clearance of cations / Å: middle"], 1e-12);
        Assert.InRange(of["coordination number: mean of ends"], 5.8, 6.0);
        Assert.True(of["energy of anions / eV: middle"] < 0);
        Assert.True(of["energy of cations / eV: middle"] > 0);
        Assert.Equal(0, of["energy of its kind / eV: mean"]);
        Assert.Equal(
            of["energy of anions / eV: middle"] + of["energy of cations / eV: middle"], of["energy / eV: middle"], 1e-12);
        Assert.True(of["repulsion of anions: maximum above ends"] > 0);
    }

    [Fact]
    public void The_host_is_counted_with_one_ion()
    {
        var of = Named(Bands.RockSalt());
        (string Name, double Value)[] expected =
        [
            ("hop / Å", A / Math.Sqrt(2)), ("ion: charge / e", 1), ("ion: ionic radius / Å", 0.76), ("ion: atomic number", 3), ("sites", 7),
            ("volume per site / Å³", A * A * A / 7), ("volume per anion / Å³", A * A * A / 4), ("ions of its kind per anion", 0.25), ("single ion", 1),
            ("anions: mean electronegativity", 3.44), ("anions: mean charge / e", -2), ("cations: mean electronegativity", 1.31),
            ("cations: largest charge / e", 2), ("cations per anion", 0.5), ("transition metals: share of cations", 0),
            ("electronegativity difference", 3.44 - 1.31), ("smallest height of the cell / Å", A), ("hop over smallest height", 1 / Math.Sqrt(2)),
            ("elements", 2), ("share of O", 4.0 / 7), ("share of S", 0),
        ];
        Assert.All(expected, e => Assert.Equal(e.Value, of[e.Name], 1e-12));
    }

    [Fact]
    public void Sulphur_is_an_anion_in_a_sulphide_and_a_cation_in_a_sulphate()
    {
        var cell = new Lattice(new(6, 0, 0), new(0, 6, 0), new(0, 0, 6));
        Band With(double bond) => Bands.Make(
            cell, "Na", new(0, 0, 0), new(0.3, 0, 0), ("S", new(0.5, 0.5, 0.5)), ("O", new(0.5 + (bond / 6), 0.5, 0.5)));
        var (sulphate, apart) = (Named(With(1.5)), Named(With(2.5)));
        Assert.Equal((1, 6), (sulphate["cations per anion"], sulphate["cations: largest charge / e"]));
        Assert.Equal((0, -2), (apart["cations per anion"], apart["anions: mean charge / e"]));
        Assert.Equal(7, apart["nearest cation / Å: minimum"]);
    }

    [Fact]
    public void Coincident_atoms_give_finite_numbers()
    {
        var cell = new Lattice(new(3, 0, 0), new(0, 3, 0), new(0, 0, 3));
        foreach (var element in new[] { "O", "Fe", "Li", "S" })
        {
            // On the first image, on the middle one, and twice at one place.
            var band = Bands.Make(
                cell, "Li", new(0, 0, 0), new(0.5, 0, 0), (element, new(0, 0, 0)), (element, new(0.25, 0, 0)), (element, new(1.25, 0, 0)));
            Assert.All(PathDescriptors.Compute(band), value => Assert.True(double.IsFinite(value)));
        }
    }

    [Fact]
    public void Every_element_gives_finite_numbers()
    {
        var rockSalt = Bands.RockSalt().Structure;
        for (byte z = 1; z <= Element.Count; z++)
        {
            byte[] numbers = [z, z, z, z, z, (byte)(Element.Count + 1 - z), z, 8, 8, 8, 8];
            var band = Bands.Build(rockSalt.Lattice, numbers, rockSalt.Fractional.ToArray());
            Assert.All(PathDescriptors.Compute(band), value => Assert.True(double.IsFinite(value), $"atomic number {numbers[0]}"));
        }
    }

    [Fact]
    public void Elements_have_sound_properties()
    {
        Assert.Equal(["N", "O", "F", "S", "Cl", "Se", "Br", "Te", "I"], Known().Where(e => e.Of.IsAnion).Select(e => e.Symbol));
        Assert.All(Known(), e =>
        {
            Assert.InRange(e.Of.Electronegativity, 0.7, 4);
            Assert.InRange(e.Of.CovalentRadius, 0.3, 2.6);
            Assert.InRange(e.Of.IonicRadius, 0.05, 2.3);
            Assert.InRange(e.Of.CationCharge, 1, 7);
        });
        Assert.False(ElementProperties.IsKnown(2));
        Assert.True(double.IsFinite(ElementProperties.Of(2).IonicRadius));
    }

    [Fact]
    public void Published_paths_have_finite_descriptors_that_differ()
    {
        var file = SharedFolder.Require("data", "migration-barriers", "band-train.json.gz");
        var rows = PathReader.ReadMany([file], new PathReadOptions()).Take(40).Select(r => PathDescriptors.Compute(r.Entry!.Band)).ToList();
        Assert.Equal(40, rows.Count);
        Assert.All(rows, row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
        Assert.True(rows.Select(row => row[0]).Distinct().Count() > 20);
    }

    private static IEnumerable<(string Symbol, ElementProperties Of)> Known() => Enumerable.Range(1, Element.Count)
        .Where(ElementProperties.IsKnown).Select(z => (Element.FromAtomicNumber(z).Symbol, ElementProperties.Of(z)));

    private static Dictionary<string, double> Named(Band band) =>
        PathDescriptors.Names.Zip(PathDescriptors.Compute(band)).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal);
}
