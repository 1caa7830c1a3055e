namespace Migrate.Crystals.Tests;

public class StructureTests
{
    private static readonly Lattice Cubic = Lattice.FromParameters(4, 4, 4, 90, 90, 90);

    [Fact]
    public void Sites_keep_order_and_coordinates()
    {
        var structure = new Structure(Cubic, [3, 8], [new(-1.25, 0, 7), new(0.5, 0.5, 0.5)], "name");
        Assert.Equal(2, structure.Count);
        Assert.Equal(new Site(Element.FromAtomicNumber(3), new(-1.25, 0, 7)), structure[0]);
        Assert.Equal("O", structure[1].Element.Symbol);
        Assert.Equal("other", structure.WithName("other").Name);
        Assert.Equal(structure.Fractional, structure.WithName("other").Fractional);
    }

    [Fact]
    public void Lists_are_copied()
    {
        byte[] numbers = [3];
        Vector3D[] fractional = [new(0.1, 0.2, 0.3)];
        var structure = new Structure(Cubic, numbers, fractional);
        (numbers[0], fractional[0]) = (8, default);
        Assert.Equal(new Site(Element.FromAtomicNumber(3), new(0.1, 0.2, 0.3)), structure[0]);
    }

    [Fact]
    public void Impossible_sites_are_refused()
    {
        Assert.Contains("at least one site", Refusal([], []), StringComparison.Ordinal);
        Assert.Contains("2 elements but 1", Refusal([3, 8], [default]), StringComparison.Ordinal);
        Assert.Contains("site 1: atomic number 0", Refusal([0], [default]), StringComparison.Ordinal);
        Assert.Contains("site 1: atomic number 119", Refusal([119], [default]), StringComparison.Ordinal);
        Assert.Contains("site 2", Refusal([3, 3], [default, new(0, double.NaN, 0)]), StringComparison.Ordinal);
        Assert.Contains("site 1", Refusal([3], [new(0, 0, double.PositiveInfinity)]), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] numbers, Vector3D[] fractional) =>
        Assert.Throws<ArgumentException>(() => new Structure(Cubic, numbers, fractional)).Message;
}
