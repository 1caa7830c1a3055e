using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// Gradients of the native kernels in double: against plain torch's autograd and against finite differences, on graphs that make
/// trouble, in training mode (batch statistics) and with frozen statistics.
/// </summary>
public class GradientTests
{
    public static TheoryData<string, string, int, bool, bool> Cases =>
    [
        .. from backend in Backends.Fused from name in HandMadeGraphs.Names from channels in new[] { 1, 3, 8, 17 }
           from training in new[] { true, false } from wantEdges in new[] { true, false } select (backend, name, channels, training, wantEdges),
    ];

    public static TheoryData<string, string, bool> Differences =>
    [
        .. from backend in Backends.Fused
           from c in new[] { ("random, multiplicities", true), ("random, multiplicities", false), ("self bond", true) }
           select (backend, c.Item1, c.Item2),
    ];

    public static TheoryData<string> Fused => [.. Backends.Fused];

    [Theory, MemberData(nameof(Cases))]
    public void Convolution_equals_plain_torch(string backend, string name, int channels, bool training, bool wantEdges)
    {
        var place = Backends.Place(backend);
        using var scope = NewDisposeScope();
        using var batch = Batch(name, place);
        foreach (var topology in new[] { batch.Bonds, batch.Triplets })
        {
            if (training && topology.EdgeCount == 1 && topology.EdgeMultiplicity is null)
            {
                continue; // one row has no variance to learn from: torch refuses it
            }

            var expected = Run(new TorchConvolutionKernels(), topology, channels, training, wantEdges, out var expectedValues);
            IConvolutionKernels[] variants = backend == Backends.Cpu
                ? [.. new[] { 1, 2, 3 }.Select(threads => new CpuConvolutionKernels(threads))]
                : [Backends.Kernels(backend)];
            foreach (var kernels in variants)
            {
                var actual = Run(kernels, topology, channels, training, wantEdges, out var values);
                AssertClose(expectedValues, values, 1e-10);
                AssertClose(expected, actual, 1e-9);
            }
        }
    }

    [Theory, MemberData(nameof(Differences))]
    public void Convolution_equals_finite_differences(string backend, string name, bool training)
    {
        const double Step = 1e-6;
        var kernels = Backends.Kernels(backend);
        using var scope = NewDisposeScope();
        using var batch = Batch(name, Backends.Place(backend));
        var topology = batch.Bonds;
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

    [Theory, MemberData(nameof(Fused))]
    public void Norm_equals_plain_torch(string backend)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities", Backends.Place(backend));
        foreach (var residual in new[] { true, false })
        {
            foreach (var training in new[] { true, false })
            {
                double[][] Run(IConvolutionKernels kernels)
                {
                    // P stands for the rows, Q for the residual.
                    var inputs = Inputs(batch.Triplets, 12, out var norm, training);
                    var result = kernels.NormSilu(inputs[0], residual ? inputs[1] : null, norm, batch.Triplets.NodeMultiplicity);
                    Different(result).backward();
                    CpuConvolutionKernels.ThrowIfBackwardFailed();
                    Tensor[] all = [result, inputs[0].grad!, inputs[6].grad!, inputs[7].grad!, norm.RunningMean, norm.RunningVariance];
                    return [.. all.Select(Numbers), residual ? Numbers(inputs[1].grad!) : []];
                }

                AssertClose(Run(new TorchConvolutionKernels()), Run(Backends.Kernels(backend)), 1e-10);
            }
        }
    }

    [Theory, MemberData(nameof(Fused))]
    public void Segment_means_equal_plain_torch(string backend)
    {
        var place = Backends.Place(backend);
        using var scope = NewDisposeScope();
        long[] sizes = [1, 40, 7];
        var segment = tensor(sizes.SelectMany((size, s) => Enumerable.Repeat((long)s, (int)size)).ToArray(), int64).to(place);
        var count = tensor(sizes.Select(size => (double)size).ToArray()).to(place).unsqueeze(1);
        foreach (var channels in new[] { 1, 6, 17 })
        {
            double[][] Run(IConvolutionKernels kernels)
            {
                using var generator = new Generator(5);
                var values = randn([sizes.Sum(), channels], ScalarType.Float64, generator: generator).to(place).requires_grad_(true);
                var mean = kernels.SegmentMean(values, segment, count);
                Different(mean).backward();
                CpuConvolutionKernels.ThrowIfBackwardFailed();
                using var guard = no_grad();
                Assert.Equal(Numbers(mean), Numbers(kernels.SegmentMean(values, segment, count)));
                return [Numbers(mean), Numbers(values.grad!)];
            }

            AssertClose(Run(new TorchConvolutionKernels()), Run(Backends.Kernels(backend)), 1e-14);
        }
    }

    [Theory, InlineData("random, multiplicities"), InlineData("one atom, no bonds"), InlineData("self bond")]
    public void Edges_by_their_source_are_the_same_on_the_host_and_by_torch(string name)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(name, CPU);
        foreach (var topology in new[] { batch.Bonds, batch.Triplets })
        {
            var (begin, edge) = topology.TransposeByTorch();
            Assert.Equal(0, (begin - topology.Transposed.Begin).abs().sum().item<long>());
            Assert.Equal(0, (edge - topology.Transposed.Edge).abs().sum().item<long>());
            begin.Dispose();
            edge.Dispose();
        }
    }

    [Theory, MemberData(nameof(Fused))]
    public void Running_statistics_follow_plain_torch(string backend)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities", Backends.Place(backend));
        var states = new List<double[]>();
        foreach (var kernels in new[] { new TorchConvolutionKernels(), Backends.Kernels(backend) })
        {
            var inputs = Inputs(batch.Triplets, 6, out var norm, training: true);
            for (var i = 0; i < 3; i++)
            {
                Loss(kernels, inputs, norm, batch.Triplets, wantEdges: true);
            }

            states.Add([.. Numbers(norm.RunningMean), .. Numbers(norm.RunningVariance)]);
        }

        AssertClose([states[0]], [states[1]], 1e-12);
    }

    [Theory, MemberData(nameof(Fused))]
    public void Wrong_tensors_are_refused_before_the_call(string backend)
    {
        var kernels = Backends.Kernels(backend);
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities", Backends.Place(backend));
        var inputs = Inputs(batch.Bonds, 4, out var norm, training: true);
        var few = new ConvolutionRows(inputs[0], inputs[1], inputs[2][TensorIndex.Slice(0, 3)], inputs[3]);
        Assert.Contains("message", Assert.Throws<ArgumentException>(() => kernels.Convolve(few, inputs[4], inputs[5], norm, batch.Bonds)).Message, StringComparison.Ordinal);
        var mixed = new ConvolutionRows(inputs[0].to(ScalarType.Float32), inputs[1], inputs[2], inputs[3]);
        Assert.Contains("source gate", Assert.Throws<ArgumentException>(() => kernels.Convolve(mixed, inputs[4], inputs[5], norm, batch.Bonds)).Message, StringComparison.Ordinal);
        Assert.Contains("float32 and float64", Assert.Throws<ArgumentException>(() => kernels.NormSilu(ones([3, 4], ScalarType.Int64, Backends.Place(backend)), null, norm, null)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Fused))]
    public void A_failure_in_the_backward_pass_is_thrown_after_it(string backend)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch("random, multiplicities", Backends.Place(backend));
        var inputs = Inputs(batch.Bonds, 4, out var norm, training: true);
        // The edges' multiplicities are needed again in the backward pass; here they are gone by then.
        var weight = batch.Bonds.EdgeMultiplicity!.clone();
        var topology = batch.Bonds with { EdgeMultiplicity = weight };
        var loss = Loss(Backends.Kernels(backend), inputs, norm, topology, wantEdges: true);
        weight.Dispose();
        loss.backward();
        var failure = Assert.Throws<InvalidOperationException>(CpuConvolutionKernels.ThrowIfBackwardFailed);
        Assert.NotNull(failure.InnerException);
        CpuConvolutionKernels.ThrowIfBackwardFailed(); // said once
    }

    private static BandBatch Batch(string name, Device place) => BandBatch.Create(
        Migrate.Graphs.GraphBatch.Create([HandMadeGraphs.Create(name)]), new AlignnOptions(), ScalarType.Float64, place);

    // P, Q, M, e, W, b, γ, β.
    private static Tensor[] Inputs(Topology topology, long channels, out WeightedBatchNorm norm, bool training)
    {
        // A generator of its own: tests run side by side.
        using var generator = new Generator(11);
        var place = topology.Source.device;
        norm = new WeightedBatchNorm(channels, ScalarType.Float64, place);
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
        return [.. free.Select(tensor => tensor.to(place).requires_grad_(true)), norm.Weight, norm.Bias];
    }

    // Smooth in every output.
    private static Tensor Loss(IConvolutionKernels kernels, Tensor[] inputs, WeightedBatchNorm norm, Topology topology, bool wantEdges)
    {
        var rows = new ConvolutionRows(inputs[0], inputs[1], inputs[2], inputs[3]);
        var (mean, edges) = kernels.Convolve(rows, inputs[4], inputs[5], wantEdges ? norm : null, topology);
        return edges is null ? Different(mean) : Different(mean) + Different(edges, Math.PI / 2);
    }

    // A number that every element moves by another amount.
    private static Tensor Different(Tensor rows, double phase = 0) =>
        (rows * (arange(1, rows.numel() + 1, ScalarType.Float64, rows.device) + phase).view(rows.shape).sin()).sum();

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
    private static double[] Numbers(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.detach().cpu().contiguous().data<double>().ToArray();

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
