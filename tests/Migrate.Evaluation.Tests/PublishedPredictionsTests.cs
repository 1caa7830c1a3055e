using System.Globalization;
using Migrate.Testing;

namespace Migrate.Evaluation.Tests;

/// <summary>The authors' own predictions per path, and the numbers their paper reports for them (npj Comput. Mater. 2026, MODEL-3).</summary>
public class PublishedPredictionsTests
{
    [Fact]
    public void Test_set_gives_the_numbers_of_the_paper()
    {
        var (expected, predicted) = Read("test");
        var e = RegressionEstimates.Compute(expected, predicted);
        Assert.Equal(60, e.Metrics.Count);
        Assert.Equal(0.703, e.R2.Value, 3);
        Assert.Equal(0.261, e.Mae.Value, 3);
        // The paper's own standard errors are 0.109 and 0.034, from other resamples.
        Assert.InRange(e.R2.StandardError, 0.08, 0.14);
        Assert.InRange(e.Mae.StandardError, 0.030, 0.040);
        Assert.Equal(0.32, e.Metrics.ShareBelow, 2);
        Assert.Equal(0.38, e.Metrics.ShareBetween, 2);
        Assert.Equal(0.30, e.Metrics.ShareAbove, 2);
    }

    [Fact]
    public void Test_set_gives_the_classes_of_the_paper()
    {
        var (expected, predicted) = Read("test");
        var c = ClassificationEstimates.Compute(expected, predicted);
        Assert.Equal(new ConfusionMatrix(24, 5, 7, 24), c.Matrix);
        Assert.Equal(0.800, c.Accuracy.Value, 3);
        Assert.Equal(0.828, c.GoodPrecision.Value, 3);
        Assert.Equal(0.774, c.GoodRecall.Value, 3);
    }

    [Fact]
    public void Training_set_gives_the_numbers_of_the_paper()
    {
        var (expected, predicted) = Read("train");
        var m = RegressionMetrics.Compute(expected, predicted);
        Assert.Equal(559, m.Count);
        Assert.Equal(0.941, m.R2, 3);
        Assert.Equal(0.085, m.Mae, 3);
    }

    // Mission table: predicting the training mean, R² −0.005 and MAE 0.492 eV on the test set.
    [Fact]
    public void Training_mean_gives_the_floor_of_the_paper()
    {
        var floor = Floor.Compute(Read("train").Expected, Read("test").Expected);
        Assert.Equal(-0.005, floor.OfMean.R2, 3);
        Assert.Equal(0.492, floor.OfMean.Mae, 3);
    }

    // Columns: split, jid, sys_name, em_ev, model1, model2, model3, …; no cell is quoted.
    private static (double[] Expected, double[] Predicted) Read(string split)
    {
        var rows = File.ReadLines(SharedFolder.Require("data", "migration-barriers", "upstream-predictions.csv"))
            .Select(line => line.Split(',')).Where(cells => cells[0] == split).ToList();
        double[] Column(int column) => [.. rows.Select(cells => double.Parse(cells[column], CultureInfo.InvariantCulture))];
        return (Column(3), Column(6));
    }
}
