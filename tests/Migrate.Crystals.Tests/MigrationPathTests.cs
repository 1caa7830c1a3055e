namespace Migrate.Crystals.Tests;

/// <summary>Finding the ion that hops, and the band that follows.</summary>
public class MigrationPathTests
{
    private static readonly Lattice Cell = new(new(5, 0, 0), new(0, 6, 0), new(0, 0, 7));

    private static readonly (string Symbol, Vector3D Place)[] Sites =
        [("Li", new(0.9, 0, 0)), ("Li", new(0.5, 0.5, 0)), ("O", new(0.5, 0.5, 0.5)), ("O", new(0, 0.5, 0.3)), ("Ti", new(0, 0.5, 0.6))];

    [Fact]
    public void Hop_is_the_shortest_image()
    {
        var path = MigrationPath.FromEndpoints(Make(Sites), Make(Moved(0, new(0.2, 0.1, 0))));
        Assert.Equal(0, path.MigratingSite);
        Assert.Equal(0.3, path.Hop.X, 1e-12);
        var band = path.ToBand();
        Assert.Equal([3, 3, 3, 3, 3, 3, 8, 8, 22], band.Structure.AtomicNumbers.ToArray());
        Assert.Equal(1.2, band.Structure.Fractional[4].X, 1e-12);
        Assert.Equal(new Vector3D(0.5, 0.5, 0), band.Structure.Fractional[5]);
        Assert.Equal(path.HopLength, band.HopLength, 1e-12);
    }

    [Fact]
    public void Framework_may_relax_and_lattice_may_differ()
    {
        var final = Moved(0, new(0.4, 0.1, 0));
        final[1].Place = new(0.5, 0.65, 0);
        final[4].Place = new(0.15, 0.5, 0.6);
        var path = MigrationPath.FromEndpoints(Make(Sites), Make(final, new Lattice(new(5.4, 0, 0), new(0.2, 6.1, 0), new(0, 0, 6.8))));
        Assert.Equal(0, path.MigratingSite);
        Assert.Equal(new Vector3D(0.5, 0.65, 0) - new Vector3D(0, 0.15, 0), path.ToBand().Structure.Fractional[5]);
    }

    [Fact]
    public void Sites_in_another_order_are_matched_by_distance()
    {
        // The vacancy of the first file is at the place that the ion comes from in the second: other lines were deleted.
        (string, Vector3D)[] final = [Sites[4], Sites[3], ("Li", new(0.48, 0.52, 0)), ("O", new(0.5, 0.5, 0.5)), ("Li", new(0.9, 0, 0.5))];
        var path = MigrationPath.FromEndpoints(Make(Sites), Make(final));
        Assert.Equal(0, path.MigratingSite);
        Assert.Equal(3.5, path.HopLength, 1e-9);
    }

    [Fact]
    public void Site_may_be_named()
    {
        var final = Moved(0, new(0.4, 0.1, 0));
        final[1].Place = new(0.1, 0.5, 0);
        Assert.Equal(1, MigrationPath.FromEndpoints(Make(Sites), Make(final), 1).MigratingSite);
        var error = Assert.Throws<InvalidInputException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(final)));
        Assert.Contains("2 ions move", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<InvalidInputException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(final), 2));
        Assert.Contains("site 3 moves by 0 Å", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(final), 5));
    }

    [Fact]
    public void Other_composition_is_an_error()
    {
        var error = Assert.Throws<InvalidInputException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(Sites[1..])));
        Assert.Contains("2 and 1 sites of Li", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_moves_is_an_error()
    {
        var error = Assert.Throws<InvalidInputException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(Moved(0, new(0.91, 0, 0)))));
        Assert.Contains("0.05 Å", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_hop_must_stand_out()
    {
        var final = Moved(0, new(0.74, 0, 0));
        Assert.Equal(0.8, MigrationPath.FromEndpoints(Make(Sites), Make(final)).HopLength, 1e-9);
        final[1].Place = new(0.4, 0.5, 0);
        var error = Assert.Throws<InvalidInputException>(() => MigrationPath.FromEndpoints(Make(Sites), Make(final)));
        Assert.Contains("no single ion", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void Band_of_a_path_is_taken_for_a_band(int images)
    {
        var band = MigrationPath.FromEndpoints(Make(Sites), Make(Moved(0, new(0.2, 0.1, 0)))).ToBand(images);
        Assert.NotNull(band.EndPoints);
        // A structure alone does not tell where its framework went.
        Assert.Equal(band with { EndPoints = null }, Band.FromStructure(band.Structure, images));
    }

    [Fact]
    public void Long_way_round_stays()
    {
        var band = Band.FromStructure(Make(Line(new(0.1, 0, 0), new(0.9, 0, 0))));
        Assert.Equal(4, band.HopLength, 1e-12);
    }

    [Fact]
    public void What_is_no_band_is_refused()
    {
        var bent = Line(new(0.1, 0, 0), new(0.5, 0, 0));
        bent[2].Place += new Vector3D(0, 0.01, 0);
        var wrapped = Line(new(0.8, 0, 0), new(1.2, 0, 0));
        wrapped[4].Place -= new Vector3D(1, 0, 0);
        var mixed = Line(new(0.1, 0, 0), new(0.5, 0, 0));
        mixed[3].Symbol = "Na";
        ((string, Vector3D)[] Sites, string Message)[] cases =
        [
            (bent, "image 3 (site 3) is 0.06 Å off"),
            (wrapped, "image 2 (site 2)"),
            (mixed, "image 4 (site 4) is Na, image 1 is Li"),
            (Line(new(0.1, 0, 0), new(0.1, 0, 0.005)), "does not hop"),
            (Line(new(0.1, 0, 0), new(0.5, 0, 0))[..5], "it has 5 sites"),
        ];
        foreach (var (sites, message) in cases)
        {
            var error = Assert.Throws<InvalidInputException>(() => Band.FromStructure(Make(sites)));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains("--initial", error.Message, StringComparison.Ordinal);
        }
    }

    private static (string Symbol, Vector3D Place)[] Line(Vector3D from, Vector3D to) =>
        [.. Enumerable.Range(0, 5).Select(k => ("Li", from + ((to - from) * (k / 4.0)))), .. Sites[2..]];

    private static (string Symbol, Vector3D Place)[] Moved(int site, Vector3D to)
    {
        var sites = Sites.ToArray();
        sites[site].Place = to;
        return sites;
    }

    private static Structure Make((string Symbol, Vector3D Place)[] sites, Lattice? lattice = null) => new(
        lattice ?? Cell,
        sites.Select(s => Element.TryParse(s.Symbol, out var element) ? (byte)element.AtomicNumber : throw new ArgumentException(s.Symbol)).ToArray(),
        sites.Select(s => s.Place).ToArray());
}
