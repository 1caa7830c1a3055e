namespace Migrate.Baselines.Tests;

public sealed class NebDescriptorTests
{
    [Fact]
    public void A_band_adds_the_logarithm_of_its_barrier()
    {
        var columns = NebDescriptors.Of(0.4);
        Assert.Equal(NebDescriptors.Names.Count, PathDescriptors.Names.Count + columns.Length);
        Assert.Equal(NebDescriptors.Names.Count, NebDescriptors.Names.Distinct().Count());
        Assert.All(columns, value => Assert.Equal(Math.Log(0.5), value, 1e-15));
    }

    [Theory]
    [InlineData(-0.3, 0)]
    [InlineData(80, 6)]
    public void A_barrier_beyond_belief_counts_as_the_last_that_is_believed(double barrier, double counted) =>
        Assert.Equal(NebDescriptors.Of(counted), NebDescriptors.Of(barrier));

    [Fact]
    public void No_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NebDescriptors.Of(double.NaN));
        Assert.Throws<ArgumentException>(() => NebDescriptors.Of(double.PositiveInfinity));
    }
}
