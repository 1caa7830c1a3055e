namespace Migrate.Evaluation.Tests;

public class GroupedFoldsTests
{
    // Sizes 1 … 12, 78 data.
    private static readonly string[] Keys = [.. Enumerable.Range(1, 12).SelectMany(size => Enumerable.Repeat($"structure {size}", size))];

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void Folds_keep_keys_together_and_sizes_even(int folds)
    {
        var fold = GroupedFolds.Create(Keys, folds, 1);
        Assert.All(Keys.Zip(fold).GroupBy(datum => datum.First), group => Assert.Single(group.Select(datum => datum.Second).Distinct()));
        int[] sizes = [.. Enumerable.Range(0, folds).Select(f => fold.Count(v => v == f))];
        Assert.Equal(Keys.Length, sizes.Sum());
        // Largest first into the smallest fold: two folds never differ by more than the largest group.
        Assert.InRange(sizes.Max() - sizes.Min(), 0, folds == 12 ? 11 : 3);
        Assert.DoesNotContain(0, sizes);
    }

    [Fact]
    public void Seed_decides_which_keys_come_together()
    {
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"{i}")];
        Assert.Equal(GroupedFolds.Create(keys, 5, 1), GroupedFolds.Create(keys, 5, 1));
        Assert.NotEqual(GroupedFolds.Create(keys, 5, 1), GroupedFolds.Create(keys, 5, 2));
    }

    [Fact]
    public void Order_of_the_data_does_not_matter()
    {
        var forward = GroupedFolds.Create(Keys, 5, 1);
        var backward = GroupedFolds.Create([.. Keys.Reverse()], 5, 1);
        Assert.Equal(forward, backward.Reverse());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void Impossible_numbers_of_folds_are_refused(int folds) =>
        Assert.ThrowsAny<ArgumentException>(() => GroupedFolds.Create(Keys, folds, 1));
}
