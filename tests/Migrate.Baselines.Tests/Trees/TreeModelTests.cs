using Migrate.Baselines.Catalogue;
using Migrate.Baselines.Trees;
using Migrate.Crystals;

namespace Migrate.Baselines.Tests.Trees;

/// <summary>Selection, forests and boosting on data whose answer is known.</summary>
public sealed class TreeModelTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"migrate-trees-{Guid.NewGuid():n}");

    [Fact]
    public void Selection_keeps_what_tells_most_and_drops_its_copies()
    {
        var random = new Random(1);
        double[] barriers = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        // Signal, a noisier copy of it, another signal, noise of hardly any correlation, a constant, a column with a hole.
        var rows = barriers.Select((b, i) =>
        {
            var noise = random.NextDouble();
            return new[] { b + (0.001 * noise), b + (0.1 * noise), b + (2 * random.NextDouble()), i % 2 == 0 ? 1e-3 : -1e-3, 4, i == 7 ? double.NaN : b };
        }).ToArray();
        var selection = DescriptorSelection.Fit(rows, barriers, 0.1, 2);
        Assert.Equal([0, 2], selection.Columns);
        Assert.InRange(selection.Correlations[0], 0.999, 1);
        Assert.All(selection.Correlations, r => Assert.True(Math.Abs(r) > 0.1));
        Assert.Throws<ArgumentException>(() => DescriptorSelection.Fit([.. rows.Select(r => r[4..5])], barriers, 0.1, 2));
    }

    [Fact]
    public void A_deep_tree_on_all_data_repeats_them_and_a_stump_splits_where_variance_falls_most()
    {
        double[][] rows = [[0, 5], [1, 4], [2, 9], [3, 1]];
        double[] values = [1, 1, 5, 6];
        var tree = new RegressionTree(rows, values, [0, 1, 2, 3], new TreeGrowth { SmallestLeaf = 1, ColumnShare = 1 }, new Random(1));
        Assert.Equal(0, tree.Column[0]);
        Assert.Equal(1.5f, tree.Value[0]);
        var stump = new RegressionTree(rows, values, [0, 1, 2, 3], new TreeGrowth { SmallestLeaf = 1, ColumnShare = 1, Depth = 1 }, new Random(1));
        Assert.Equal([0, -1, -1], stump.Column);
        Assert.Equal([1.5f, 1f, 5.5f], stump.Value);
    }

    [Theory, InlineData(TreeMethod.RandomForest), InlineData(TreeMethod.GradientBoosting)]
    public void A_function_is_learned(TreeMethod method)
    {
        var random = new Random(3);
        double[][] rows = [.. Enumerable.Range(0, 400).Select(_ => new[] { random.NextDouble(), random.NextDouble(), random.NextDouble() })];
        double Of(double[] row) => (row[0] > 0.5 ? 2 : 0) + row[1];
        double[] values = [.. rows.Select(Of)];
        var trees = TreeEnsemble.Fit(rows[..300], values[..300], method, 150, new TreeGrowth { Depth = 5, ColumnShare = 0.7, Rate = 0.1 }, 1);
        var error = rows[300..].Average(row => Math.Abs(trees.Predict(row) - Of(row)));
        Assert.True(error < 0.12, $"mean absolute error {error}");
        Assert.Equal(
            trees.Predict(rows[0]), TreeEnsemble.Fit(rows[..300], values[..300], method, 150, new TreeGrowth { Depth = 5, ColumnShare = 0.7, Rate = 0.1 }, 1).Predict(rows[0]));
    }

    [Theory, InlineData(TreeMethod.RandomForest), InlineData(TreeMethod.GradientBoosting)]
    public void A_saved_model_predicts_the_same_and_the_telling_descriptor_is_important(TreeMethod method)
    {
        var (rows, barriers, folds) = Data();
        var options = new TreeModelOptions
        {
            Method = method,
            Trees = 40,
            Columns = 10,
            SmallestCorrelation = 0.05,
            InnerFolds = 4,
            Grid = [new TreeGrowth { Depth = 1, Rate = 0.001 }, new TreeGrowth { Depth = 4, Rate = 0.1 }],
        };
        var model = TreeModel.Fit(rows, barriers, folds, options, 1);
        if (method == TreeMethod.GradientBoosting)
        {
            Assert.Equal(4, model.Info.Growth.Depth);
        }

        Assert.Equal(DescriptorCatalogue.All[17].Name, model.Info.Descriptors.MaxBy(d => d.Importance)!.Name);
        model.Save(_folder);
        Assert.True(TreeModel.IsIn(_folder));
        var read = TreeModel.Read(_folder);
        Assert.All(rows, row => Assert.Equal(model.Predict(row), read.Predict(row)));
        Assert.Equal(model.Info.Descriptors, read.Info.Descriptors);
        double[] hole = [.. rows[0]];
        hole[17] = double.NaN;
        Assert.Contains(DescriptorCatalogue.All[17].Name, Assert.Throws<InvalidInputException>(() => read.Predict(hole)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        var (rows, barriers, folds) = Data();
        TreeModel.Fit(rows, barriers, folds, new TreeModelOptions { Trees = 5, Columns = 5, SmallestCorrelation = 0.05 }, 1).Save(_folder);
        var file = Path.Combine(_folder, TreeModelInfo.FileName);
        var text = File.ReadAllText(file);
        foreach (var broken in new[] { "{", "null", text.Replace("\"format\": 1", "\"format\": 9", StringComparison.Ordinal), text.Replace(DescriptorCatalogue.All[17].Name, "nothing", StringComparison.Ordinal) })
        {
            File.WriteAllText(file, broken);
            Assert.Throws<InvalidInputException>(() => TreeModel.Read(_folder));
        }

        File.WriteAllText(file, text);
        File.Delete(Path.Combine(_folder, "trees.safetensors"));
        Assert.Throws<InvalidInputException>(() => TreeModel.Read(_folder));
    }

    [Theory]
    [InlineData(0, 75, 0.1, 5, 0.5, "trees is 0")]
    [InlineData(9, 0, 0.1, 5, 0.5, "columns is 0")]
    [InlineData(9, 75, 1.0, 5, 0.5, "smallestCorrelation is 1")]
    [InlineData(9, 75, 0.1, 1, 0.5, "innerFolds is 1")]
    [InlineData(9, 75, 0.1, 5, 0.0, "columnShare is 0")]
    public void Options_out_of_range_are_named(int trees, int columns, double correlation, int folds, double share, string expected)
    {
        var options = new TreeModelOptions
        {
            Trees = trees,
            Columns = columns,
            SmallestCorrelation = correlation,
            InnerFolds = folds,
            Grid = [new TreeGrowth { ColumnShare = share }],
        };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // Rows as long as the catalogue, in which column 17 decides.
    private static (double[][] Rows, double[] Barriers, int[] Folds) Data()
    {
        var random = new Random(5);
        double[][] rows = [.. Enumerable.Range(0, 120).Select(_ => DescriptorCatalogue.All.Select(_ => random.NextDouble()).ToArray())];
        return (rows, [.. rows.Select(row => 0.2 + row[17])], [.. Enumerable.Range(0, 120).Select(i => i % 5)]);
    }
}
