namespace Migrate.Baselines.Tests;

public sealed class NebDescriptorTests
{
    private static readonly double[] Path = [.. Enumerable.Range(0, PathDescriptors.Names.Count).Select(i => 0.1 * i)];

    [Fact]
    public void A_band_adds_the_logarithm_of_its_barrier()
    {
        var joined = NebDescriptors.Join(Path, 0.4);
        Assert.Equal(NebDescriptors.Names.Count, joined.Length);
        Assert.Equal(NebDescriptors.Names.Count, NebDescriptors.Names.Distinct().Count());
        Assert.Equal(Path, joined[..Path.Length]);
        Assert.All(joined[Path.Length..], value => Assert.Equal(Math.Log(0.5), value, 1e-15));
    }

    [Theory]
    [InlineData(-0.3, 0)]
    [InlineData(80, 6)]
    public void A_barrier_beyond_belief_counts_as_the_last_that_is_believed(double barrier, double counted) =>
        Assert.Equal(NebDescriptors.Join(Path, counted), NebDescriptors.Join(Path, barrier));

    [Fact]
    public void Other_numbers_of_descriptors_and_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NebDescriptors.Join(Path[1..], 0.4));
        Assert.Throws<ArgumentException>(() => NebDescriptors.Join(Path, double.NaN));
        Assert.Throws<ArgumentException>(() => NebDescriptors.Join(Path, double.PositiveInfinity));
    }
}
