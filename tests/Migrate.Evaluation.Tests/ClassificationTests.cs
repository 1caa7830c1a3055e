namespace Migrate.Evaluation.Tests;

public class ClassificationTests
{
    // 0.65 itself is a good conductor: expected good, good, poor, poor; predicted good, poor, good, poor.
    [Fact]
    public void Counts_are_those_of_the_threshold()
    {
        var c = ClassificationEstimates.Compute([0.1, 0.65, 0.66, 2], [0.65, 0.7, 0.3, 0.9]);
        Assert.Equal(new ConfusionMatrix(1, 1, 1, 1), c.Matrix);
        Assert.Equal((0.5, 0.5, 0.5), (c.Accuracy.Value, c.GoodPrecision.Value, c.PoorRecall.Value));
    }

    // TP 3, FP 1, FN 2, TN 4, by hand.
    [Fact]
    public void Ratios_are_those_computed_by_hand()
    {
        var matrix = new ConfusionMatrix(3, 1, 2, 4);
        Assert.Equal((10, 0.7), (matrix.Count, matrix.Accuracy));
        Assert.Equal((0.75, 0.6), (matrix.GoodPrecision, matrix.GoodRecall));
        Assert.Equal((4 / 6.0, 0.8), (matrix.PoorPrecision, matrix.PoorRecall));
    }

    [Fact]
    public void Empty_class_has_no_ratios()
    {
        var c = ClassificationEstimates.Compute([1, 2], [1, 2]);
        Assert.True(double.IsNaN(c.GoodPrecision.Value) && double.IsNaN(c.GoodRecall.Value));
        Assert.Equal((1, 1), (c.PoorPrecision.Value, c.PoorRecall.Value));
        Assert.Equal("–", c.GoodPrecision.ToPercent());
    }

    [Fact]
    public void Threshold_must_be_a_number() =>
        Assert.Throws<ArgumentException>(() => ClassificationEstimates.Compute([1], [1], double.NaN));
}
