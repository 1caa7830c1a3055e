namespace Migrate.Evaluation.Tests;

public class StratifiedSplitTests
{
    // Of 1,000 data with a tenth set aside: shares of 50 %, 25 %, 2.1 %, 2 %, 1 % and 0.9 %.
    [Theory]
    [InlineData(500, 50)]
    [InlineData(255, 26)]
    [InlineData(21, 2)]
    [InlineData(20, 1)]
    [InlineData(10, 1)]
    [InlineData(9, 0)]
    public void Groups_give_their_share(int size, int expected) => Assert.Equal(expected, StratifiedSplit.TestCount(size, 1000, 0.1));

    [Fact]
    public void Split_mirrors_the_groups()
    {
        string[] groups = [.. Enumerable.Range(0, 1000).Select(i => i < 700 ? "layered" : i < 980 ? "spinel" : i < 995 ? "olivine" : "rare")];
        var split = StratifiedSplit.Create(groups, 0.1, 1);
        int Tests(string group) => split.Test.Count(i => groups[i] == group);
        Assert.Equal((70, 28, 1, 0), (Tests("layered"), Tests("spinel"), Tests("olivine"), Tests("rare")));
        Assert.Equal(Enumerable.Range(0, 1000), split.Training.Concat(split.Test).Order());
        Assert.Equal(split.Test.Order(), split.Test);
    }

    [Fact]
    public void Seed_decides_the_members()
    {
        string[] groups = [.. Enumerable.Repeat("one", 100)];
        Assert.Equal(StratifiedSplit.Create(groups, 0.1, 1).Test, StratifiedSplit.Create(groups, 0.1, 1).Test);
        Assert.NotEqual(StratifiedSplit.Create(groups, 0.1, 1).Test, StratifiedSplit.Create(groups, 0.1, 2).Test);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Impossible_shares_are_refused(double share) =>
        Assert.Throws<ArgumentException>(() => StratifiedSplit.Create(["one", "two"], share, 1));
}
