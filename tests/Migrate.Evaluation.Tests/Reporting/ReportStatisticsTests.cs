namespace Migrate.Evaluation.Tests.Reporting;

/// <summary>What the report says about sets of paths, against small cases worked out by hand.</summary>
public class ReportStatisticsTests
{
    private static PathPrediction Path(
        string name, double expected, double predicted, string framework = "O2Mn1", string ion = "Li", string group = "OXIDES", double half = double.NaN) =>
        new(name, ion, group, framework, expected, predicted,
            double.IsNaN(half) ? null : predicted - half, double.IsNaN(half) ? null : predicted + half);

    private static PredictionRow Curve(int size, int seed, string name, double expected, double predicted) => new()
    {
        Split = PredictionSplit.LearningCurve,
        Seed = seed,
        Fold = 0,
        TrainSize = size,
        Name = name,
        Ion = "Li",
        Expected = expected,
        Predicted = predicted,
    };

    [Fact]
    public void Mean_over_seeds_is_one_prediction_for_each_path()
    {
        var row = Curve(100, 1, "a", 0.5, 0.4) with { Lower = 0.2, Upper = 0.6 };
        PredictionRow[] rows = [row, row with { Name = "b", Predicted = 1 }, row with { Seed = 2, Predicted = 0.8, Lower = 0.4, Upper = 1.2 }, row with { Seed = 2, Name = "b", Lower = null, Upper = null }];
        var mean = PathPrediction.Mean(rows);
        Assert.Equal(["a", "b"], mean.Select(p => p.Name));
        Assert.Equal((0.6, 0.3, 0.9), (mean[0].Predicted, mean[0].Lower!.Value, mean[0].Upper!.Value), new Close());
        Assert.Equal(0.7, mean[1].Predicted, 12);
        Assert.Null(mean[1].Lower);
    }

    [Theory]
    [InlineData("LiMn2O4_2", "O2Mn1", "Li", MigrationScenario.SamePathFamily)]
    [InlineData("Mn2O4_Li", "O2Mn1", "Li", MigrationScenario.OtherChargeState)]
    [InlineData("NaMn2O4_1", "O2Mn1", "Na", MigrationScenario.OtherChemistry)]
    [InlineData("LiCo2O4_1", "O2Co1", "Li", MigrationScenario.OtherChemistry)]
    [InlineData("nameless_2", "", "Li", MigrationScenario.OtherChemistry)]
    public void Scenario_follows_from_framework_ion_and_name(string name, string framework, string ion, MigrationScenario expected)
    {
        var rule = new ScenarioRule([Path("LiMn2O4_1", 0.4, 0.4), Path("nameless_1", 0.4, 0.4, framework: "")]);
        Assert.Equal(expected, rule.Of(Path(name, 0.5, 0.5, framework, ion)));
    }

    // Structure A: barriers 0.2, 0.5, 1.0 predicted 0.3, 0.6, 0.5: pairs (1,2) and (1,3) right, (2,3) wrong; ranks 1 3 2, ρ = 1 − 6·2 / (3·8).
    // B: 0.4, 0.6 predicted equal. C: 0.3, 0.7 predicted 0.45, 0.50: right, but 0.05 is less than a quarter of 0.4. D has equal barriers, E one path.
    [Fact]
    public void Distinction_counts_structures_and_orders()
    {
        var d = PathDistinction.Compute(
        [
            Path("A_1", 0.2, 0.3), Path("A_2", 0.5, 0.6), Path("A_3", 1.0, 0.5), Path("B_1", 0.4, 0.5), Path("B_2", 0.6, 0.5),
            Path("C_1", 0.3, 0.45), Path("C_2", 0.7, 0.50), Path("D_1", 0.3, 0.1), Path("D_2", 0.3, 0.9), Path("E", 1, 1),
        ]);
        Assert.Equal((3, 7, 2, 1, 1), (d.Structures, d.Paths, d.Distinct, d.Resolved, d.Ranked));
        Assert.Equal((2.0 - 1 + 0 + 1) / 5, d.KendallTau, 12);
        Assert.Equal(0.5, d.SpearmanRho, 12);
        Assert.Equal(["A", "B", "C"], d.Spreads.Select(s => s.Structure));
        Assert.Equal(0.8, d.Spreads[0].Expected, 12);
        Assert.Equal(0.3, d.Spreads[0].Predicted, 12);
    }

    [Fact]
    public void Distinction_without_structures_has_no_correlation()
    {
        var d = PathDistinction.Compute([Path("A_1", 0.2, 0.3), Path("B_1", 0.2, 0.3)]);
        Assert.Equal(0, d.Structures);
        Assert.Equal(double.NaN, d.KendallTau);
        Assert.Equal(double.NaN, d.SpearmanRho);
    }

    // Half width 0.2 at 90 %: errors 0.05, 0.2 (on the end), 0.22 and 0.5. At 95 % the half width is 0.2 · 1.95996 / 1.64485 = 0.238.
    [Fact]
    public void Coverage_counts_barriers_inside_the_intervals()
    {
        var r = IntervalReliability.Compute(
        [
            Path("a", 0.5, 0.55, half: 0.2), Path("b", 0.25, 0.5, half: 0.25), Path("c", 0.5, 0.72, half: 0.2), Path("d", 0.5, 1.0, half: 0.2), Path("e", 1, 1),
        ])!;
        Assert.Equal(4, r.Count);
        Assert.Equal(0.5, r.Coverage.Value, 12);
        Assert.Equal(0.425, r.Width.Value, 12);
        var covered = r.Calibration.ToDictionary(c => c.Level, c => c.Covered);
        Assert.Equal((0.0, 0.25, 0.5, 0.75), (covered[0.1], covered[0.5], covered[0.9], covered[0.95]));
        Assert.Null(IntervalReliability.Compute([Path("e", 1, 1)]));
    }

    // MAE of seed 1: 0.1 and 0.3 → 0.2; of seed 2: 0.4. Mean 0.3, standard deviation 0.1414, error 0.1414 / √2 = 0.1.
    [Fact]
    public void Learning_curve_has_the_error_over_models()
    {
        var points = LearningCurvePoint.Compute(
        [
            Curve(200, 1, "a", 0.5, 0.6), Curve(200, 1, "b", 1.0, 0.7), Curve(200, 2, "a", 0.5, 0.9),
            Curve(100, 1, "a", 0.5, 1.0), Curve(100, 1, "b", 1.0, 1.0), Curve(100, 1, "b", 1, 1) with { Split = PredictionSplit.Test },
        ]);
        Assert.Equal([100, 200], points.Select(p => p.TrainSize));
        Assert.Equal((0.25, 0.3, 0.1), (points[0].Mae, points[1].Mae, points[1].StandardError), new Close());
        Assert.InRange(points[0].StandardError, 0.1, 0.25);
        Assert.Equal((1, 2, 2), (points[0].Models, points[1].Models, points[1].Paths));
        Assert.Equal(double.NaN, points[1].R2);
    }

    private sealed class Close : IEqualityComparer<(double, double, double)>
    {
        public bool Equals((double, double, double) x, (double, double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) + Math.Abs(x.Item3 - y.Item3) < 1e-12;

        public int GetHashCode((double, double, double) obj) => 0;
    }
}
