namespace Migrate.Crystals.Tests;

/// <summary>The examples that the program carries are sound crystals, and hop as they say.</summary>
public class ExampleTests
{
    // Hop lengths follow from the cell: b/2 of LiFePO4, a of LiCoO2, √3 a/4 of the spinel.
    [Theory]
    [InlineData("LiFePO4-010", 111, 3.005)]
    [InlineData("LiCoO2-in-plane", 191, 2.8161)]
    [InlineData("LiMn2O4-spinel", 55, 3.57106)]
    public void One_lithium_hops_and_nothing_else_moves(string name, int sites, double length)
    {
        var (initial, final) = (Read(name, "initial"), Read(name, "final"));
        Assert.Equal(sites, initial.Count);
        Assert.Equal(initial.AtomicNumbers, final.AtomicNumbers);
        Assert.Equal(initial.Lattice.Lengths, final.Lattice.Lengths);

        List<(Element Element, double Distance)> moved = [];
        for (var i = 0; i < initial.Count; i++)
        {
            var hop = initial.Lattice.ToCartesian(initial.Lattice.ShortestImage(final.Fractional[i] - initial.Fractional[i])).Length;
            if (hop > 0)
            {
                moved.Add((initial[i].Element, hop));
            }
        }

        var (element, distance) = Assert.Single(moved);
        Assert.Equal("Li", element.Symbol);
        Assert.Equal(length, distance, 1e-4);

        var path = MigrationPath.FromEndpoints(initial, final);
        Assert.Equal(length, path.HopLength, 1e-4);
        Assert.Equal(5, path.ToBand().ImageCount);
    }

    // Usual bond lengths in oxides, Å.
    [Theory]
    [InlineData("Li", 1.8, 2.3)]
    [InlineData("Fe", 1.8, 2.3)]
    [InlineData("Co", 1.8, 2.3)]
    [InlineData("Mn", 1.8, 2.3)]
    [InlineData("P", 1.5, 1.6)]
    public void Bonds_to_oxygen_have_usual_lengths(string symbol, double shortest, double longest)
    {
        var bonds = 0;
        foreach (var structure in All())
        {
            for (var i = 0; i < structure.Count; i++)
            {
                if (structure[i].Element.Symbol == symbol)
                {
                    Assert.InRange(CifSamples.Nearest(structure, i, "O"), shortest, longest);
                    bonds++;
                }
            }
        }

        Assert.NotEqual(0, bonds);
    }

    [Fact]
    public void No_two_atoms_are_too_close()
    {
        foreach (var structure in All())
        {
            var elements = structure.AtomicNumbers.ToArray().Distinct().Select(z => Element.FromAtomicNumber(z).Symbol).ToArray();
            for (var i = 0; i < structure.Count; i++)
            {
                Assert.All(elements, symbol => Assert.True(CifSamples.Nearest(structure, i, symbol) > 1.5));
            }
        }
    }

    private static IEnumerable<Structure> All() =>
        from name in new[] { "LiFePO4-010", "LiCoO2-in-plane", "LiMn2O4-spinel" }
        from end in new[] { "initial", "final" }
        select Read(name, end);

    private static Structure Read(string name, string end) =>
        StructureReader.ReadFile(Path.Combine(AppContext.BaseDirectory, "Examples", name, end + ".vasp"));
}
