using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>The compiled plan: against the authors' numbers, against the torch network, and against itself.</summary>
public class InferencePlanTests
{
    public static TheoryData<string, Precision, double> References => new()
    {
        // Tolerances relative to 1 + |reference|. Tables: 1e-6 of their largest value. Half-width numbers: as their roundings allow.
        { "model3", Precision.Float64, 1e-11 }, { "model3_full", Precision.Float64, 1e-11 },
        { "model3", Precision.Float32, 2e-5 }, { "model3_full", Precision.Float32, 2e-5 },
        { "model3", Precision.BFloat16, 1e-2 }, { "model3_full", Precision.BFloat16, 5e-3 },
        { "model3", Precision.Float16, 1e-2 }, { "model3_full", Precision.Float16, 5e-3 },
    };

    public static TheoryData<string, int> Troublemakers =>
        [.. HandMadeGraphs.Names.SelectMany(name => new[] { 1, 3, 16, 17, 40 }.Select(hidden => (name, hidden)))];

    [Theory, MemberData(nameof(References))]
    public void Outputs_equal_the_reference(string variant, Precision precision, double tolerance)
    {
        using var golden = new GoldenNetwork(variant);
        var weights = ModelWeights.Read(SafeTensorsFile.Load(golden.WeightsFile), golden.WeightsFile, golden.Options());
        using var plan = InferencePlan.Compile(golden.Options(), weights, new InferenceOptions { Precision = precision });
        GoldenNetworkTests.AssertClose(
            golden.Column("eval_f64"), plan.Forward([.. golden.Graphs().Select(g => g.Graph)]), tolerance, tolerance);
    }

    [Theory, MemberData(nameof(Troublemakers))]
    public void Outputs_equal_the_network_on_graphs_that_make_trouble(string name, int hidden)
    {
        var graph = HandMadeGraphs.Create(name);
        using var network = Network(hidden, 2, 2);
        var expected = network.Evaluate(GraphBatch.Create([graph]));
        foreach (var (precision, tables, tolerance) in new[]
        {
            (Precision.Float64, true, 1e-12), (Precision.Float32, true, 1e-5), (Precision.Float32, false, 1e-5),
            (Precision.BFloat16, true, 2e-2), (Precision.Float16, true, 2e-2),
        })
        {
            using var plan = Compile(network, precision, tables);
            GoldenNetworkTests.AssertClose(expected, plan.Forward([graph]), tolerance, tolerance);
        }
    }

    [Theory, InlineData(0, 2), InlineData(2, 0), InlineData(1, 1)]
    public void Any_number_of_layers_works(int alignn, int gcn)
    {
        var graph = HandMadeGraphs.Create("random, multiplicities");
        using var network = Network(20, alignn, gcn);
        var expected = network.Evaluate(GraphBatch.Create([graph]));
        using var plan = Compile(network, Precision.Float32, tables: true);
        GoldenNetworkTests.AssertClose(expected, plan.Forward([graph]), 1e-5, 1e-5);
    }

    [Theory, InlineData(Precision.Float32), InlineData(Precision.Float64), InlineData(Precision.BFloat16), InlineData(Precision.Float16)]
    public void Results_are_the_same_bits_for_any_threads_and_batch(Precision precision)
    {
        BandGraph[] graphs =
        [
            .. Enumerable.Range(0, 6).Select(seed => HandMadeGraphs.Random(seed, 8 + (9 * seed), 70 + (90 * seed), 2)),
            HandMadeGraphs.Create("one atom entered by 300 bonds"), HandMadeGraphs.Create("one atom, no bonds"),
        ];
        using var network = Network(33, 2, 2);
        using var single = Compile(network, precision, tables: true, threads: 1);
        double[] alone = [.. graphs.Select(graph => single.Forward([graph])[0])];
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var plan = Compile(network, precision, tables: true, threads);
            Assert.Equal(alone, plan.Forward(graphs));
            Assert.Equal(alone.Reverse(), plan.Forward([.. graphs.Reverse()]));
            Assert.Equal(alone[..3], plan.Forward(graphs[..3]));
        }
    }

    [Fact]
    public void Several_threads_may_use_one_plan()
    {
        var graphs = Enumerable.Range(0, 12).Select(seed => HandMadeGraphs.Random(seed, 15, 80, 2)).ToArray();
        using var network = Network(24, 2, 1);
        using var plan = Compile(network, Precision.Float32, tables: true, threads: 1);
        double[] alone = [.. graphs.Select(graph => plan.Forward([graph])[0])];
        var together = new double[graphs.Length];
        Parallel.For(0, graphs.Length, i => together[i] = plan.Forward([graphs[i]])[0]);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void Tables_keep_their_stated_error()
    {
        using var network = Network(32, 1, 1);
        var weights = ModelWeights.Of(network);
        using var table = EmbeddingTable.Create(weights, "angle_embedding", "alignn_layers.0.edge_update.edge_gate", -1, 1, 32, 1e-6);
        Assert.InRange(table.Error, 0, 1e-6);
        using var exact = Compile(network, Precision.Float32, tables: false);
        using var tabulated = Compile(network, Precision.Float32, tables: true);
        Assert.InRange(tabulated.TableError, 1e-12, 1e-6);
        Assert.Equal(0, exact.TableError);
        // A coarser demand gives a coarser table.
        using var coarse = EmbeddingTable.Create(weights, "angle_embedding", "alignn_layers.0.edge_update.edge_gate", -1, 1, 32, 1e-2);
        Assert.True(coarse.Intervals < table.Intervals);
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var graph = HandMadeGraphs.Random(seed, 6, 30, 2);
            Assert.Equal(exact.Forward([graph])[0], tabulated.Forward([graph])[0], 1e-5);
        }
    }

    [Fact]
    public void Lengths_far_outside_the_table_are_embedded_like_the_network_does()
    {
        using var network = Network(16, 1, 1);
        using var plan = Compile(network, Precision.Float32, tables: true);
        foreach (var scale in new[] { 0.01, 5.0, 30.0, 1000.0 })
        {
            var graph = HandMadeGraphs.Create("random, no multiplicities");
            for (var i = 0; i < graph.Crystal.Distance.Length; i++)
            {
                graph.Crystal.Distance[i] *= scale;
            }

            Assert.Equal(network.Evaluate(GraphBatch.Create([graph]))[0], plan.Forward([graph])[0], 1e-5);
        }
    }

    [Fact]
    public void An_empty_batch_has_no_results()
    {
        using var network = Network(8, 1, 1);
        using var plan = Compile(network, Precision.Float32, tables: true);
        Assert.Empty(plan.Forward([]));
    }

    internal static Alignn Network(int hidden, int alignn, int gcn)
    {
        random.manual_seed(hidden);
        var options = new AlignnOptions { HiddenFeatures = hidden, EmbeddingFeatures = 11, AlignnLayers = alignn, GcnLayers = gcn, MarkImages = true };
        var network = new Alignn(options, new TorchConvolutionKernels(), ScalarType.Float64, CPU);
        using var guard = no_grad();
        // Norms away from their neutral start: folding must matter.
        foreach (var (name, tensor) in StateDict.Of(network).Where(t => t.Name.Contains("running_", StringComparison.Ordinal) || t.Name.Contains(".bn_", StringComparison.Ordinal)))
        {
            if (tensor.is_floating_point())
            {
                tensor.copy_((rand_like(tensor) * 0.5) + (name.EndsWith("var", StringComparison.Ordinal) ? 0.7 : 0.2));
            }
        }

        network.eval();
        return network;
    }

    private static InferencePlan Compile(Alignn network, Precision precision, bool tables, int threads = 2) => InferencePlan.Compile(
        network.Options, ModelWeights.Of(network), new InferenceOptions { Precision = precision, UseTables = tables, Threads = threads });
}
