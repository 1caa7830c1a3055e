using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Tests;

public sealed class DescriptorModelTests : IDisposable
{
    private static readonly DescriptorModelOptions Options = new() { Trees = new ExtraTreesOptions { Trees = 60, ColumnShare = 1 } };

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"migrate-descriptors-{Guid.NewGuid():n}.safetensors");

    [Fact]
    public void A_relation_is_learned_better_than_its_mean()
    {
        var (rows, barriers) = Data(200, 1, 3);
        var model = DescriptorModel.Fit(rows, barriers, Own(200), Options, 1);
        var (others, expected) = Data(100, 2, 3);
        var floor = expected.Average(b => Math.Abs(b - barriers.Average()));
        var error = others.Zip(expected, (row, b) => Math.Abs(model.Predict(row).Barrier - b)).Average();
        Assert.True(error < 0.4 * floor, $"{error} and {floor}");
    }

    [Fact]
    public void Barriers_are_never_negative_and_never_beyond_belief()
    {
        var (rows, barriers) = Data(50, 1, 3);
        var model = DescriptorModel.Fit(rows, [.. barriers.Select((b, i) => i % 7 == 0 ? -0.2 : 10 * b)], Own(50), Options, 1);
        foreach (var far in new[] { -1e9, -3, 0, 3, 1e9 })
        {
            var (barrier, spread, openness) = model.Predict([far, far, -far]);
            Assert.InRange(barrier, 0, 10);
            Assert.True(double.IsFinite(spread) && spread > 0);
            Assert.InRange(openness, 0, 1);
        }
    }

    [Fact]
    public void What_lies_far_from_the_data_is_more_open()
    {
        var (rows, barriers) = Data(100, 1, 3);
        var model = DescriptorModel.Fit(rows, barriers, Own(100), Options, 1);
        Assert.True(model.Predict([5, 5, 5]).Openness > 2 * rows.Average(row => model.Predict(row).Openness));
        Assert.True(model.Predict([5, 5, 5]).Spread > model.Predict(rows[0]).Spread);
    }

    [Fact]
    public void Equal_seeds_give_equal_models()
    {
        var (rows, barriers) = Data(50, 1, 3);
        DescriptorPrediction Predict(int seed) => DescriptorModel.Fit(rows, barriers, Own(50), Options, seed).Predict([0.3, 0.4, 0.5]);
        Assert.Equal(Predict(3), Predict(3));
        Assert.NotEqual(Predict(3), Predict(4));
    }

    [Fact]
    public void A_saved_model_predicts_the_same()
    {
        var (rows, barriers) = Data(30, 1, PathDescriptors.Names.Count);
        var model = DescriptorModel.Fit(rows, barriers, Own(30), Options, 1);
        model.Save(_file);
        var loaded = DescriptorModel.Load(SafeTensorsFile.Load(_file), _file);
        Assert.All(Data(10, 2, PathDescriptors.Names.Count).Rows, row => Assert.Equal(model.Predict(row), loaded.Predict(row)));
    }

    [Fact]
    public void Environments_are_read_by_the_process_alone()
    {
        var tables = EnvironmentDescriptorTests.Random();
        Band[] bands = [.. Enumerable.Range(1, 40).Select(Bands.Random)];
        double[][] rows = [.. bands.Select(b => (double[])[.. PathDescriptors.Compute(b), .. tables.Compute(b)])];
        var (_, barriers) = Data(40, 1, 3);
        DescriptorModel Fit(double share) => DescriptorModel.Fit(rows, barriers, Own(40), Options with { TreeShare = share }, 1, tables);
        var (trees, process) = (Fit(1), Fit(0));
        Assert.Same(tables, trees.Environments);
        var other = (double[])[.. PathDescriptors.Compute(bands[0]), .. tables.Compute(bands[1])];
        Assert.Equal(trees.Predict(rows[0]).Barrier, trees.Predict(other).Barrier);
        Assert.NotEqual(process.Predict(rows[0]).Barrier, process.Predict(other).Barrier);
        Assert.Equal((0.3 * trees.Predict(rows[2]).Barrier) + (0.7 * process.Predict(rows[2]).Barrier), Fit(0.3).Predict(rows[2]).Barrier, 1e-12);
        Assert.Equal(rows[3], Fit(0.3).Describe(bands[3]));

        Fit(0.3).Save(_file);
        var loaded = DescriptorModel.Load(SafeTensorsFile.Load(_file), _file);
        Assert.All(rows, row => Assert.Equal(Fit(0.3).Predict(row), loaded.Predict(row)));
        Assert.Equal(tables.Hash, loaded.Environments!.Hash);
    }

    [Theory, InlineData(0), InlineData(2)]
    public void Halves_of_the_path_are_read_by_a_process_of_their_own(int told)
    {
        var tables = EnvironmentDescriptorTests.Random();
        Band[] bands = [.. Enumerable.Range(1, 30).Select(Bands.Random)];
        double[] Told(int i) => [.. Enumerable.Range(0, told).Select(k => 0.1 * i * (k + 1))];
        double[][] rows = [.. bands.Select((b, i) => PathFeatures.Compute(b, tables, halves: true).Row(Told(i)))];
        double[][] whole = [.. bands.Select((b, i) => PathFeatures.Compute(b, tables, halves: false).Row(Told(i)))];
        var (_, barriers) = Data(30, 1, 3);
        var options = Options with { TreeShare = 0.2, Halves = new GaussianProcessOptions { Variance = 8, Length = 2.5, Join = KernelJoin.Product } };
        DescriptorModel Fit(double share) => DescriptorModel.Fit(rows, barriers, Own(30), options with { HalvesShare = share }, 1, tables);
        var (without, none, all, some) = (DescriptorModel.Fit(whole, barriers, Own(30), options with { Halves = null }, 1, tables), Fit(0), Fit(1), Fit(0.4));
        Assert.Equal(without.Predict(whole[4]), none.Predict(rows[4]));
        Assert.Equal((0.6 * none.Predict(rows[4]).Barrier) + (0.4 * all.Predict(rows[4]).Barrier), some.Predict(rows[4]).Barrier, 1e-12);
        Assert.Equal((0.6 * none.Predict(rows[4]).Spread) + (0.4 * all.Predict(rows[4]).Spread), some.Predict(rows[4]).Spread, 1e-12);
        Assert.Equal(rows[3], some.Describe(bands[3], Told(3)));
        Assert.Equal(whole[3], without.Describe(bands[3], Told(3)));

        some.Save(_file);
        var loaded = DescriptorModel.Load(SafeTensorsFile.Load(_file), _file, PathDescriptors.Names.Count + told);
        Assert.All(rows, row => Assert.Equal(some.Predict(row), loaded.Predict(row)));
        Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), _file, PathDescriptors.Names.Count + 1));
        Assert.Throws<ArgumentException>(() => DescriptorModel.Fit(whole, barriers, Own(30), options, 1, tables));
        var entries = SafeTensorsFile.Load(_file).Entries.ToList();
        SafeTensorsFile.Save(_file, [.. entries.With(SafeTensorsEntry.Create<double>("halves_share", [1.5]))]);
        Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), _file, PathDescriptors.Names.Count + told));
    }

    [Fact]
    public void A_file_of_before_there_was_a_choice_means_half_and_half()
    {
        var (rows, barriers) = Data(30, 1, PathDescriptors.Names.Count);
        var model = DescriptorModel.Fit(rows, barriers, Own(30), Options, 1);
        model.Save(_file);
        var entries = SafeTensorsFile.Load(_file).Entries.ToList();
        SafeTensorsFile.Save(_file, [.. entries.Without("tree_share")]);
        Assert.Equal(model.Predict(rows[0]), DescriptorModel.Load(SafeTensorsFile.Load(_file), _file).Predict(rows[0]));
        foreach (var share in new[] { -0.1, 1.1, double.NaN })
        {
            SafeTensorsFile.Save(_file, [.. entries.With(SafeTensorsEntry.Create<double>("tree_share", [share]))]);
            Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), _file));
        }
    }

    [Fact]
    public void A_model_over_other_descriptors_is_refused_in_one_line()
    {
        var (rows, barriers) = Data(30, 1, 3);
        DescriptorModel.Fit(rows, barriers, Own(30), Options, 1).Save(_file);
        var error = Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), "some.safetensors"));
        Assert.StartsWith("some.safetensors: no descriptor model of this version", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);

        SafeTensorsFile.Save(_file, [SafeTensorsEntry.Create<int>("else", [1])]);
        Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), _file));
        SafeTensorsFile.Save(_file, [SafeTensorsEntry.Create<double>("trees.begin", [1])]);
        Assert.Throws<InvalidInputException>(() => DescriptorModel.Load(SafeTensorsFile.Load(_file), _file));
    }

    public void Dispose() => File.Delete(_file);

    private static string[] Own(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i / 2}")];

    // A slope and a step, a factor of ten between the lowest and the highest barrier.
    private static (double[][] Rows, double[] Barriers) Data(int count, int seed, int columns)
    {
        var random = new Random(seed);
        double[][] rows = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextDouble()).ToArray())];
        return (rows, [.. rows.Select(row => 0.1 + (0.4 * row[0] * row[0]) + (row[1] > 0.6 ? 0.5 : 0))]);
    }
}
