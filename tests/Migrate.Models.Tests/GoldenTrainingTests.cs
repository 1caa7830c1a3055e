using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>One training step against the authors' code: loss, gradients, running statistics.</summary>
public class GoldenTrainingTests
{
    /// <summary>Every variant where it is fast; the GPU's kernels do not know which of them runs.</summary>
    public static TheoryData<string, string> Variants =>
        [.. GoldenNetworkTests.SmallVariants.SelectMany(v => new[] { Backends.Torch, Backends.Cpu, Backends.Cuda }.Select(b => (v, b))), ("model3", Backends.CudaEmulated)];

    [Theory, MemberData(nameof(Variants))]
    public void Loss_gradients_and_running_statistics_equal_the_reference_in_double(string variant, string backend)
    {
        using var golden = new GoldenNetwork(variant);
        using var scope = NewDisposeScope();
        using var network = golden.Network(ScalarType.Float64, backend);
        Assert.Equal(golden.Results.GetProperty("train_loss_f64").GetDouble(), Backward(golden, network), backend == Backends.Cuda ? 1e-9 : 1e-11);
        var gradients = golden.Tensors("gradients");
        var largest = golden.Results.GetProperty("grad_global_max_abs").GetDouble();
        var compared = 0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            var statistics = golden.Results.GetProperty("grad_stats").GetProperty("f64").GetProperty(name);
            if (statistics.ValueKind == System.Text.Json.JsonValueKind.Null)
            {
                Assert.True(parameter.grad is null, $"{name} is unused and must get no gradient");
                continue;
            }

            var actual = parameter.grad!.cpu().data<double>().ToArray();
            if (gradients.Find(name) is { } expected)
            {
                // Only those of MODEL-3 are stored in double.
                var single = expected.DType == "F32";
                double[] stored = single ? [.. expected.ToArray<float>().Select(g => (double)g)] : expected.ToArray<double>();
                GoldenNetworkTests.AssertClose(stored, actual, 1e-9 * largest, single ? 1e-7 : 0);
                compared++;
            }

            Assert.Equal(statistics.GetProperty("max_abs").GetDouble(), actual.Max(Math.Abs), 1e-9 * largest);
            var norm = statistics.GetProperty("l2").GetDouble();
            Assert.Equal(norm, Math.Sqrt(actual.Sum(g => g * g)), (1e-8 * norm) + (1e-9 * largest * Math.Sqrt(actual.Length)));
        }

        Assert.True(compared > (variant == "model3" ? 100 : 5), $"only {compared} gradient tensors were compared");
        CompareRunningStatistics(golden, network, backend == Backends.Cuda ? 1e-9 : 1e-11);
    }

    [Theory, MemberData(nameof(Variants)), InlineData("model3_full", Backends.Torch), InlineData("model3_full", Backends.Cpu)]
    public void Loss_and_gradients_equal_the_reference_in_single(string variant, string backend)
    {
        GoldenNetwork.Require();
        using var golden = new GoldenNetwork(variant);
        using var scope = NewDisposeScope();
        using var network = golden.Network(ScalarType.Float32, backend);
        var loss = golden.Results.GetProperty("train_loss_f64").GetDouble();
        // A squared error has twice the relative error of the difference in it.
        var tolerance = golden.Results.GetProperty("loss").GetString() == "mse" ? 2e-5 : 1e-5;
        Assert.Equal(loss, Backward(golden, network), tolerance * loss);
        var largest = golden.Results.GetProperty("grad_global_max_abs").GetDouble();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var statistics = golden.Results.GetProperty("grad_stats").GetProperty("f64").GetProperty(name);
            if (statistics.ValueKind != System.Text.Json.JsonValueKind.Null)
            {
                var norm = parameter.grad!.to(ScalarType.Float64).norm().item<double>();
                var expected = statistics.GetProperty("l2").GetDouble();
                // Gradients that are zero in exact arithmetic are noise: only the ones that matter are held to their norm.
                var matters = statistics.GetProperty("max_abs").GetDouble() > 1e-4 * largest;
                Assert.True(Math.Abs(norm - expected) <= (matters ? 1e-3 * expected : 2e-5 * largest * Math.Sqrt(parameter.numel())), name);
            }
        }
    }

    // Which input comes first shows here: the statistics of shared layers move once per input, and keep least of the first ones.
    private static void CompareRunningStatistics(GoldenNetwork golden, Alignn network, double tolerance)
    {
        var buffers = network.named_buffers().ToDictionary(b => b.name, b => b.buffer);
        var compared = 0;
        foreach (var property in golden.Results.GetProperty("running_stats_after_step_f64").EnumerateObject())
        {
            // Norms of rows that nobody reads: not computed here, so that their running statistics stay.
            if (property.Name.StartsWith("alignn_layers.3.edge_update.bn_edges", StringComparison.Ordinal)
                || property.Name.StartsWith("gcn_layers.3.bn_edges", StringComparison.Ordinal))
            {
                continue;
            }

            var values = buffers[property.Name].cpu().data<double>().ToArray();
            Assert.Equal(property.Value[0].GetDouble(), values.Average(), tolerance);
            Assert.Equal(property.Value[1].GetDouble(), values.Max(Math.Abs), tolerance);
            compared++;
        }

        Assert.True(compared >= 10, $"only {compared} statistics were compared");
    }

    internal static double Backward(GoldenNetwork golden, Alignn network)
    {
        network.train();
        var inputs = golden.Inputs();
        GraphBatch[] graphs = [.. Enumerable.Range(0, inputs[0].Length).Select(k => GraphBatch.Create([.. inputs.Select(i => i[k])]))];
        using var batches = InputBatches.Create(graphs, network.Options, network.DType, network.Place);
        var loss = golden.Loss(network.Forward(batches.All));
        loss.backward();
        CpuConvolutionKernels.ThrowIfBackwardFailed();
        return loss.to(ScalarType.Float64).item<double>();
    }
}
