using Migrate.Graphs;

namespace Migrate.Baselines.Tests;

public class GaussianProcessTests
{
    private const double Variance = 1.7, Length = 1.3, Noise = 0.2, Group = 0.1;

    private static readonly GaussianProcessOptions Options = new() { Variance = Variance, Length = Length, Noise = Noise, GroupVariance = Group, Clip = 1000 };

    [Theory, InlineData(false), InlineData(true)]
    public void Two_data_are_the_closed_form(bool oneGroup)
    {
        // Standardized the data lie at −1 and 1 with the values −1 and 1: the covariance is diagonal in their sum and difference.
        var process = GaussianProcess.Fit([[0.0], [1.0]], [0, 2], ["a", oneGroup ? "a" : "b"], Options);
        var r = 2 * Math.Sqrt(3) / Length;
        var k = Variance * (1 + r) * Math.Exp(-r);
        var (own, other) = (Variance + Group + Noise, k + (oneGroup ? Group : 0));
        var open = Variance - (Math.Pow(Variance + k, 2) / 2 / (own + other)) - (Math.Pow(Variance - k, 2) / 2 / (own - other));

        var (mean, deviation, openness) = process.Predict([1.0]);
        Assert.Equal(1 + ((Variance - k) / (own - other)), mean, 1e-12);
        Assert.Equal(Math.Sqrt(open + Group + Noise), deviation, 1e-12);
        Assert.Equal(open / Variance, openness, 1e-12);
        Assert.Equal(1, process.Predict([0.5]).Mean, 1e-12);
    }

    [Fact]
    public void The_last_columns_may_have_a_function_of_their_own()
    {
        // As above with a second column that is the negative of the first: both kernels see the same distance, and their variances add.
        var two = Options with { EnvironmentVariance = 0.6 };
        var process = GaussianProcess.Fit([[0.0, 1], [1.0, 0]], [0, 2], ["a", "b"], two, 1);
        var one = GaussianProcess.Fit([[0.0], [1.0]], [0, 2], ["a", "b"], Options with { Variance = Variance + 0.6 });
        foreach (var x in new[] { -1, 0.3, 1, 5 })
        {
            var ((mean, deviation, openness), expected) = (process.Predict([x, 1 - x]), one.Predict([x]));
            Assert.Equal((expected.Mean, expected.Deviation), (mean, deviation), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12);
            Assert.Equal(expected.Openness, openness, 1e-12);
        }

        // Where the second column says nothing new, the first still does.
        Assert.NotEqual(process.Predict([0.0, 0.5]).Mean, process.Predict([1.0, 0.5]).Mean, 1e-3);
        Assert.NotEqual(process.Predict([0.5, 0]).Mean, process.Predict([0.5, 1]).Mean, 1e-3);
        var loaded = GaussianProcess.Load(process.Save("p").Reread(), "p", 2, 1);
        Assert.Equal(process.Predict([0.2, 0.9]), loaded.Predict([0.2, 0.9]));
        Assert.NotEqual(process.Predict([0.2, 0.9]), GaussianProcess.Load(process.Save("p").Reread(), "p", 2).Predict([0.2, 0.9]));
    }

    [Fact]
    public void The_kernels_of_two_kinds_of_columns_may_be_multiplied()
    {
        // As above: the covariance of the two data is that of one column times that of the other.
        var process = GaussianProcess.Fit([[0.0, 1], [1.0, 0]], [0, 2], ["a", "b"], Options with { Join = KernelJoin.Product }, 1);
        var r = 2 * Math.Sqrt(3) / Length;
        var k = Variance * Math.Pow((1 + r) * Math.Exp(-r), 2);
        var both = Variance + Group + Noise;
        var open = Variance - (Math.Pow(Variance + k, 2) / 2 / (both + k)) - (Math.Pow(Variance - k, 2) / 2 / (both - k));
        var (mean, deviation, openness) = process.Predict([1.0, 0]);
        Assert.Equal(1 + ((Variance - k) / (both - k)), mean, 1e-12);
        Assert.Equal(Math.Sqrt(open + Group + Noise), deviation, 1e-12);
        Assert.Equal(open / Variance, openness, 1e-12);

        // What is far from all data in either of the columns is like none of them.
        Assert.Equal(1, process.Predict([1.0, 400]).Openness, 1e-9);
        Assert.Equal(1, process.Predict([400.0, 0]).Openness, 1e-9);
        Assert.Equal(process.Predict([0.2, 0.9]), GaussianProcess.Load(process.Save("p").Reread(), "p", 2, 1).Predict([0.2, 0.9]));
    }

    [Fact]
    public void Of_several_parts_the_function_is_the_mean()
    {
        // Parts that are equal are one part; the order of the parts does not matter; a part that two data share makes them alike.
        var (rows, values) = Data(20, 1);
        var options = Options with { Join = KernelJoin.Product };
        var one = GaussianProcess.Fit(rows, values, Own(20), options, 1);
        var twice = GaussianProcess.Fit([.. rows.Select(row => (double[])[.. row, .. row])], values, Own(20), options, 1, 2);
        var mixed = GaussianProcess.Fit([.. rows.Select((row, i) => (double[])[.. row, .. rows[(i + 1) % 20]])], values, Own(20), options, 1, 2);
        foreach (var row in Data(5, 2).Rows)
        {
            var (expected, found) = (one.Predict(row), twice.Predict([.. row, .. row]));
            Assert.Equal(expected.Mean, found.Mean, 1e-9);
            Assert.Equal(expected.Deviation, found.Deviation, 1e-9);
            Assert.Equal(expected.Openness, found.Openness, 1e-9);
            var (there, back) = (mixed.Predict([.. row, .. rows[3]]), mixed.Predict([.. rows[3], .. row]));
            Assert.Equal(there.Mean, back.Mean, 1e-12);
            Assert.Equal(there.Openness, back.Openness, 1e-12);
            Assert.InRange(there.Openness, 0, mixed.Predict([1e3, -1e3, -1e3, 1e3]).Openness);
        }

        var loaded = GaussianProcess.Load(mixed.Save("p").Reread(), "p", 2, 1, 2);
        Assert.Equal(mixed.Predict([0.1, 0.2, 0.3, 0.4]), loaded.Predict([0.1, 0.2, 0.3, 0.4]));
        Assert.ThrowsAny<ArgumentException>(() => GaussianProcess.Load(mixed.Save("p").Reread(), "p", 2, 1));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit(rows, values, Own(20), options, 1, 3));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit(rows, values, Own(20), options, 1, 2));
    }

    [Theory, InlineData(7), InlineData(8)]
    public void A_process_of_before_there_were_products_is_read(int constants)
    {
        var (rows, values) = Data(10, 1);
        var process = GaussianProcess.Fit(rows, values, Own(10), Options);
        var saved = process.Save("p").ToList();
        var old = saved.With(SafeTensorsEntry.Create<double>("p.constants", saved.Reread()["p.constants"].ToArray<double>().AsSpan(0, constants)));
        Assert.Equal(process.Predict([0.1, 0.2]), GaussianProcess.Load(old.Reread(), "p", 2).Predict([0.1, 0.2]));
    }

    [Fact]
    public void Far_from_all_data_nothing_is_known()
    {
        var (mean, deviation, openness) = GaussianProcess.Fit([[0.0], [1.0]], [0, 2], ["a", "b"], Options).Predict([400.0]);
        Assert.Equal((1, 1), (Math.Round(mean, 9), Math.Round(openness, 9)));
        Assert.Equal(Math.Sqrt(Variance + Group + Noise), deviation, 1e-9);
    }

    [Fact]
    public void Without_noise_the_data_are_met()
    {
        var (rows, values) = Data(40, 1);
        var process = GaussianProcess.Fit(rows, values, Own(40), Options with { Noise = 1e-8, GroupVariance = 0 });
        Assert.Equal(40, process.Count);
        Assert.All(rows.Zip(values), datum =>
        {
            var (mean, _, openness) = process.Predict(datum.First);
            Assert.Equal(datum.Second, mean, 1e-5);
            Assert.InRange(openness, 0, 1e-5);
        });
    }

    [Fact]
    public void A_smooth_function_is_learned()
    {
        var (rows, values) = Data(150, 1);
        var process = GaussianProcess.Fit(rows, values, Own(150), new GaussianProcessOptions { Noise = 1e-3 });
        var (others, expected) = Data(50, 2);
        Assert.InRange(others.Zip(expected, (row, y) => Math.Abs(process.Predict(row).Mean - y)).Average(), 0, 0.1);
    }

    [Fact]
    public void A_much_studied_group_does_not_outvote_the_others()
    {
        double[][] same = [.. Enumerable.Repeat(new[] { 1.0 }, 6)];
        string[] groups = ["a", "a", "a", "a", "a", "b"];
        double Mean(double variance) => GaussianProcess.Fit(same, [1, 1, 1, 1, 1, -1], groups, Options with { Variance = 100, GroupVariance = variance }).Predict([1.0]).Mean;
        Assert.True(Mean(10) < Mean(0) - 0.3, $"{Mean(10)} and {Mean(0)}");
    }

    [Fact]
    public void A_constant_column_and_constant_values_do_no_harm()
    {
        var process = GaussianProcess.Fit([[0.0, 5], [1.0, 5]], [3, 3], ["a", "b"], Options);
        Assert.Equal(3, process.Predict([0.5, 5]).Mean, 1e-9);
        Assert.Equal(process.Predict([0.5, 5]), process.Predict([0.5, 500]));
    }

    [Fact]
    public void Columns_are_cut_where_data_end()
    {
        var process = GaussianProcess.Fit([[0.0], [1.0]], [0, 2], ["a", "b"], Options with { Clip = 3 });
        // Standard deviation 0.5 about 0.5: cut at 2.
        Assert.Equal(process.Predict([2.0]), process.Predict([1e6]));
    }

    [Fact]
    public void A_saved_process_predicts_the_same()
    {
        var (rows, values) = Data(30, 1);
        var process = GaussianProcess.Fit(rows, values, Own(30), Options);
        var loaded = GaussianProcess.Load(process.Save("p").Reread(), "p", 2);
        Assert.All(Data(20, 2).Rows, row => Assert.Equal(process.Predict(row), loaded.Predict(row)));
    }

    [Fact]
    public void Tensors_that_are_no_process_are_refused()
    {
        var (rows, values) = Data(10, 1);
        var saved = GaussianProcess.Fit(rows, values, Own(10), Options).Save("p").ToList();
        var file = saved.Reread();
        void Refused(IEnumerable<SafeTensorsEntry> entries, int columns = 2) =>
            Assert.ThrowsAny<ArgumentException>(() => GaussianProcess.Load(entries.Reread(), "p", columns));
        void Changed(string name, Func<double[], double[]> change) =>
            Refused(saved.With(SafeTensorsEntry.Create<double>(name, change(file[name].ToArray<double>()))));

        Refused(saved, columns: 3);
        Changed("p.mean", m => m[1..]);
        Changed("p.scale", s => [double.NaN, .. s[1..]]);
        Changed("p.weights", w => w[1..]);
        Changed("p.weights", _ => []);
        Changed("p.points", p => p[1..]);
        Changed("p.points", p => [double.PositiveInfinity, .. p[1..]]);
        Changed("p.constants", c => c[3..]);
        Changed("p.constants", c => [.. c[..8], 2]);
        foreach (var positive in Enumerable.Range(1, 7))
        {
            Changed("p.constants", c => [.. c[..positive], -1, .. c[(positive + 1)..]]);
        }

        Refused(saved.With(SafeTensorsEntry.Create<int>("p.groups", [1, 2])));
        Assert.Throws<KeyNotFoundException>(() => GaussianProcess.Load(saved.Without("p.groups").Reread(), "p", 2));
    }

    [Fact]
    public void Tables_with_holes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([], [], [], Options));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([[1], [2, 3]], [1, 2], ["a", "b"], Options));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([[1], [2]], [1, double.NaN], ["a", "b"], Options));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([[1], [2]], [1, 2], ["a"], Options));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([[1], [2]], [1, 2], ["a", "b"], Options, 1));
        Assert.Throws<ArgumentException>(() => GaussianProcess.Fit([[1], [2]], [1, 2], ["a", "b"], Options, -1));
    }

    private static string[] Own(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private static (double[][] Rows, double[] Values) Data(int count, int seed)
    {
        var random = new Random(seed);
        double[][] rows = [.. Enumerable.Range(0, count).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
        return (rows, [.. rows.Select(row => Math.Sin(4 * row[0]) + row[1])]);
    }
}
