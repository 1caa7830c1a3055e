using Migrate.Graphs;

namespace Migrate.Baselines.Tests;

public class ExtraTreesTests
{
    // Two columns, one of which says nothing; the values step at 0.5.
    private static readonly double[][] Rows = Make(120, 1);
    private static readonly double[] Values = [.. Rows.Select(row => row[0] < 0.5 ? 1.0 : 3.0)];
    private static readonly double[] Even = [.. Values.Select(_ => 1.0)];
    private static readonly ExtraTreesOptions Options = new() { Trees = 30, SmallestLeaf = 1, ColumnShare = 1 };

    [Fact]
    public void A_step_is_reproduced_at_the_data_and_between_them()
    {
        var trees = ExtraTrees.Fit(Rows, Values, Even, Options, 1);
        Assert.Equal(30, trees.Count);
        Assert.All(Rows.Zip(Values), datum => Assert.Equal(datum.Second, trees.Predict(datum.First).Mean, 1e-6));
        Assert.All(Make(50, 2).Where(row => Math.Abs(row[0] - 0.5) > 0.1), row =>
        {
            var (mean, spread) = trees.Predict(row);
            Assert.InRange(Math.Abs(mean - (row[0] < 0.5 ? 1 : 3)), 0, 0.5);
            Assert.InRange(spread, 0, 1);
        });
    }

    [Fact]
    public void Equal_seeds_give_equal_trees_and_others_others()
    {
        double[] Predictions(int seed) => [.. Make(50, 3).Select(row => ExtraTrees.Fit(Rows, Ramp(), Even, Options, seed).Predict(row).Mean)];
        Assert.Equal(Predictions(7), Predictions(7));
        Assert.NotEqual(Predictions(7), Predictions(8));
    }

    [Fact]
    public void No_leaf_is_smaller_than_asked_for()
    {
        var stumps = ExtraTrees.Fit(Rows, Ramp(), Even, Options with { SmallestLeaf = Rows.Length }, 1);
        Assert.Equal(stumps.Count, stumps.Nodes);
        Assert.Equal(Ramp().Average(), stumps.Predict(Rows[0]).Mean, 1e-6);
        Assert.Equal(0, stumps.Predict(Rows[0]).Spread);
        // 120 data in leaves of ten: at most twelve leaves and eleven splits.
        Assert.InRange(ExtraTrees.Fit(Rows, Ramp(), Even, Options with { SmallestLeaf = 10 }, 1).Nodes, 2 * 30, 23 * 30);
    }

    [Fact]
    public void A_leaf_is_the_weighted_mean_of_its_data()
    {
        double[][] same = [[1.0], [1.0]];
        Assert.Equal(0.75, ExtraTrees.Fit(same, [0, 1], [1, 3], Options, 1).Predict([1.0]).Mean, 1e-6);
    }

    [Fact]
    public void Saved_trees_predict_the_same()
    {
        var trees = ExtraTrees.Fit(Rows, Ramp(), Even, Options, 5);
        var loaded = ExtraTrees.Load(trees.Save("t").Reread(), "t", 2);
        Assert.Equal((trees.Count, trees.Nodes), (loaded.Count, loaded.Nodes));
        Assert.All(Make(50, 4), row => Assert.Equal(trees.Predict(row), loaded.Predict(row)));
    }

    [Fact]
    public void Tensors_that_are_no_trees_are_refused()
    {
        var saved = ExtraTrees.Fit(Rows, Ramp(), Even, Options with { Trees = 2 }, 5).Save("t").ToList();
        var file = saved.Reread();
        int[] Whole(string name) => file[name].ToArray<int>();
        var value = file["t.value"].ToArray<float>();
        void Refused(IEnumerable<SafeTensorsEntry> entries, int columns = 2) =>
            Assert.ThrowsAny<ArgumentException>(() => ExtraTrees.Load(entries.Reread(), "t", columns));
        void Changed(string name, Func<int[], int[]> change) => Refused(saved.With(SafeTensorsEntry.Create<int>(name, change(Whole(name)))));

        // Columns that a datum does not have, a walk in a circle, beyond the tree and into the next one, trees of no nodes, lists cut short.
        Refused(saved, columns: 1);
        Changed("t.column", c => [99, .. c[1..]]);
        Changed("t.right", r => [0, .. r[1..]]);
        Changed("t.right", r => [1, .. r[1..]]);
        Changed("t.right", r => [-5, .. r[1..]]);
        Changed("t.right", r => [int.MaxValue, .. r[1..]]);
        Changed("t.right", r => [Whole("t.begin")[1], .. r[1..]]);
        Changed("t.right", r => r[1..]);
        Changed("t.begin", b => [b[0], b[2], b[2]]);
        Changed("t.begin", b => [1, .. b[1..]]);
        Changed("t.begin", b => [0, -1, b[2]]);
        Changed("t.begin", _ => [0]);
        Refused(saved.With(SafeTensorsEntry.Create<float>("t.value", [float.NaN, .. value[1..]])));
        Refused(saved.With(SafeTensorsEntry.Create<float>("t.value", value.AsSpan(1))));
        Assert.Throws<KeyNotFoundException>(() => ExtraTrees.Load(saved.Without("t.right").Reread(), "t", 2));
    }

    [Fact]
    public void Tables_with_holes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([], [], [], Options, 1));
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([[1], [2]], [1], [1], Options, 1));
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([[1], [2, 3]], [1, 2], [1, 1], Options, 1));
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([[1], [double.NaN]], [1, 2], [1, 1], Options, 1));
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([[1], [2]], [1, double.PositiveInfinity], [1, 1], Options, 1));
        Assert.Throws<ArgumentException>(() => ExtraTrees.Fit([[1], [2]], [1, 2], [1], Options, 1));
    }

    private static double[] Ramp() => [.. Rows.Select(row => row[0] + (0.2 * row[1]))];

    private static double[][] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
    }
}
