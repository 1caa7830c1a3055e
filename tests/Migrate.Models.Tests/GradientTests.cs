using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// Gradients of the native kernels in double: against plain torch's autograd and against finite differences, on graphs that make
/// trouble, in training mode (batch statistics) and with frozen statistics.
/// </summary>
public class GradientTests
{
    public static TheoryData<string, int, bool, bool> Cases =>
    [
        .. from name in HandMadeGraphs.Names from channels in new[] { 1, 3, 8, 17 } from training in new[] { true, false }
           from wantEdges in new[] { true, false } select (name, channels, training, wantEdges),
    ];

    [Theory, MemberData(nameof(Cases))]
    public void Convolution_equals_plain_torch(string name, int channels, bool training, bool wantEdges)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(name);
        foreach (var topology in new[] { batch.Bonds, batch.Triplets })
        {
            if (training && topology.EdgeCount == 1 && topology.EdgeMultiplicity is null)
            {
                continue; // one row has no variance to learn from: torch refuses it
            }

            var expected = Run(new TorchConvolutionKernels(), topology, channels, training, wantEdges, out var expectedValues);
            foreach (var threads in new[] { 1, 2, 3 })
            {
                var actual = Run(new CpuConvolutionKernels(threads), topology, channels, training, wantEdges, out var values);
                AssertClose(expectedValues, values, 1e-10);
                AssertClose(expected, actual, 1e-9);
            }
        }
    }

    [Theory, InlineData("random, multiplicities", true), InlineData("random, multiplicities", false), InlineData("self bond", true)]
    public void Convolution_equals_finite_differences(string name, bool training)
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        using var batch = Batch(name);
        var topology = batch.Bonds;
        var kernels = new CpuConvolutionKernels(1);
        var inputs = Inputs(topology, 5, out var norm, training);
        var gradients = Gradients(kernels, inputs, norm, topology, wantEdges: true);
        for (var k = 0; k < inputs.Length; k++)
        {
            using var guard = no_grad();
            var values = inputs[k].view(-1);
            for (var i = 0L; i < values.numel(); i += Math.Max(1, values.numel() / 7))
            {
                var old = values[i].item<double>();
                values[i] = old + Step;
                var above = Loss(kernels, inputs, norm, topology, true).item<double>();
                values[i] = old - Step;
                var below = Loss(kernels, inputs, norm, topology, true).item<double>();
                values[i] = old;
                Assert.Equal((above - below) / (2 * Step), gradients[k].view(-1)[i].item<double>(), 1e-6);
            }
        }
    }

    [Fact]
    public void Running_statistics_follow_plain_torch()
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities");
        var states = new List<double[]>();
        foreach (IConvolutionKernels kernels in new IConvolutionKernels[] { new TorchConvolutionKernels(), new CpuConvolutionKernels(2) })
        {
            var inputs = Inputs(batch.Triplets, 6, out var norm, training: true);
            for (var i = 0; i < 3; i++)
            {
                Loss(kernels, inputs, norm, batch.Triplets, wantEdges: true);
            }

            states.Add([.. norm.RunningMean.data<double>(), .. norm.RunningVariance.data<double>()]);
        }

        AssertClose([states[0]], [states[1]], 1e-12);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        random.manual_seed(3);
        using var network = new Alignn(
            new AlignnOptions { HiddenFeatures = 16, EmbeddingFeatures = 8, AlignnLayers = 2, GcnLayers = 1 },
            new CpuConvolutionKernels(1),
            ScalarType.Float32,
            CPU);
        network.train();
        var graph = HandMadeGraphs.Create("random, multiplicities");
        var counts = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            using (var scope = NewDisposeScope())
            {
                using var batch = BandBatch.Create(Migrate.Graphs.GraphBatch.Create([graph]), network.Options, ScalarType.Float32, CPU);
                network.Forward(batch).abs().sum().backward();
                CpuConvolutionKernels.ThrowIfBackwardFailed();
            }

            counts.Add(Tensor.TotalCount);
        }

        // Other tests run at the same time; a leak would add tens of tensors a step.
        Assert.InRange(counts[^1] - counts[1], -10_000, 60);
    }

    [Fact]
    public void Wrong_tensors_are_refused_before_the_call()
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities");
        var kernels = new CpuConvolutionKernels(1);
        var inputs = Inputs(batch.Bonds, 4, out var norm, training: true);
        var few = new ConvolutionRows(inputs[0], inputs[1], inputs[2][TensorIndex.Slice(0, 3)], inputs[3]);
        Assert.Contains("message", Assert.Throws<ArgumentException>(() => kernels.Convolve(few, inputs[4], inputs[5], norm, batch.Bonds)).Message, StringComparison.Ordinal);
        var mixed = new ConvolutionRows(inputs[0].to(ScalarType.Float32), inputs[1], inputs[2], inputs[3]);
        Assert.Contains("source gate", Assert.Throws<ArgumentException>(() => kernels.Convolve(mixed, inputs[4], inputs[5], norm, batch.Bonds)).Message, StringComparison.Ordinal);
        Assert.Contains("float32 and float64", Assert.Throws<ArgumentException>(() => kernels.NormSilu(ones([3, 4], ScalarType.Int64), null, norm, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_the_backward_pass_is_thrown_after_it()
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities");
        var inputs = Inputs(batch.Bonds, 4, out var norm, training: true);
        // The edges' multiplicities are needed again in the backward pass; here they are gone by then.
        var weight = batch.Bonds.EdgeMultiplicity!.clone();
        var topology = batch.Bonds with { EdgeMultiplicity = weight };
        var loss = Loss(new CpuConvolutionKernels(1), inputs, norm, topology, wantEdges: true);
        weight.Dispose();
        loss.backward();
        var failure = Assert.Throws<InvalidOperationException>(CpuConvolutionKernels.ThrowIfBackwardFailed);
        Assert.NotNull(failure.InnerException);
        CpuConvolutionKernels.ThrowIfBackwardFailed(); // said once
    }

    private static BandBatch Batch(string name) => BandBatch.Create(
        Migrate.Graphs.GraphBatch.Create([HandMadeGraphs.Create(name)]), new AlignnOptions(), ScalarType.Float64, CPU);

    // P, Q, M, e, W, b, γ, β.
    private static Tensor[] Inputs(Topology topology, long channels, out WeightedBatchNorm norm, bool training)
    {
        // A generator of its own: tests run side by side.
        using var generator = new Generator(11);
        norm = new WeightedBatchNorm(channels, ScalarType.Float64, CPU);
        using var guard = no_grad();
        norm.Weight.copy_(rand([channels], ScalarType.Float64, generator: generator) + 0.5);
        norm.Bias.copy_(randn([channels], ScalarType.Float64, generator: generator));
        norm.RunningMean.copy_(randn([channels], ScalarType.Float64, generator: generator));
        norm.RunningVariance.copy_(rand([channels], ScalarType.Float64, generator: generator) + 0.5);
        norm.train(training);
        Tensor[] free =
        [
            randn([topology.NodeCount, channels], ScalarType.Float64, generator: generator), randn([topology.NodeCount, channels], ScalarType.Float64, generator: generator),
            randn([topology.NodeCount, channels], ScalarType.Float64, generator: generator), randn([topology.EdgeCount, channels], ScalarType.Float64, generator: generator),
            randn([channels, channels], ScalarType.Float64, generator: generator), randn([channels], ScalarType.Float64, generator: generator),
        ];
        return [.. free.Select(tensor => tensor.requires_grad_(true)), norm.Weight, norm.Bias];
    }

    // Smooth in every output, and different for each of them; the nodes go through the norm as well.
    private static Tensor Loss(IConvolutionKernels kernels, Tensor[] inputs, WeightedBatchNorm norm, Topology topology, bool wantEdges)
    {
        var rows = new ConvolutionRows(inputs[0], inputs[1], inputs[2], inputs[3]);
        var (mean, edges) = kernels.Convolve(rows, inputs[4], inputs[5], wantEdges ? norm : null, topology);
        var loss = (mean * arange(1, mean.numel() + 1, ScalarType.Float64).view(mean.shape).sin()).sum();
        return edges is null ? loss : loss + (edges * arange(1, edges.numel() + 1, ScalarType.Float64).view(edges.shape).cos()).sum();
    }

    private static double[][] Run(
        IConvolutionKernels kernels, Topology topology, int channels, bool training, bool wantEdges, out double[][] values)
    {
        var inputs = Inputs(topology, channels, out var norm, training);
        using (norm)
        {
            var rows = new ConvolutionRows(inputs[0], inputs[1], inputs[2], inputs[3]);
            var (mean, edges) = kernels.Convolve(rows, inputs[4], inputs[5], wantEdges ? norm : null, topology);
            values = [.. new[] { mean, edges }.OfType<Tensor>().Select(Numbers)];
            // The same inputs again under a loss: statistics have moved on, but a training pass does not read them.
            norm.train(training);
            return [.. Gradients(kernels, inputs, norm, topology, wantEdges).Select(Numbers)];
        }
    }

    private static Tensor[] Gradients(IConvolutionKernels kernels, Tensor[] inputs, WeightedBatchNorm norm, Topology topology, bool wantEdges)
    {
        Loss(kernels, inputs, norm, topology, wantEdges).backward();
        CpuConvolutionKernels.ThrowIfBackwardFailed();
        return [.. inputs.Select(input => input.grad ?? zeros_like(input))];
    }

    // The accessor knows no empty tensors.
    private static double[] Numbers(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.detach().contiguous().data<double>().ToArray();

    private static void AssertClose(double[][] expected, double[][] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
        {
            var largest = expected[k].Length == 0 ? 0 : expected[k].Max(Math.Abs);
            GoldenNetworkTests.AssertClose(expected[k], actual[k], tolerance * (1 + largest), 0);
        }
    }
}
