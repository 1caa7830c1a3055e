using System.Globalization;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>One edge-gated convolution on the line graph of a batch: time, and the share of what the device can do.</summary>
internal static class ConvolutionCase
{
    public static GpuCase Create(ConvolutionRunner runner)
    {
        GpuCase? self = null;
        return self = new GpuCase("line-graph convolution", runner.Name, runner.Missing, context => Run(context, runner, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, ConvolutionRunner runner, GpuCase self)
    {
        var graphs = context.Graphs(context.Settings.BatchBands);
        using var convolution = runner.Create(GraphBatch.Create(graphs), graphs, context.Model.Config.Model);
        var timing = Timing.Of(convolution.Run, context.Settings.Seconds / 3, warmUps: 3);
        var work = convolution.Work;
        var details = new Dictionary<string, double>
        {
            ["flopsPerSecond"] = work.Flops / timing.Median,
            ["bytesPerSecond"] = work.Bytes / timing.Median,
        };
        var share = "";
        // On a GPU alone: the peaks are torch's, whose device a kernel on the CPU does not share.
        if (TorchDevice.HasCuda && context.PeakOf(work.Arithmetic) is { } flops && context.PeakOf(GpuPeak.MemoryCopy) is { } bytes)
        {
            var floor = Math.Max(work.Flops / flops, work.Bytes / bytes);
            details["shareOfRoofline"] = floor / timing.Median;
            share = string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * floor / timing.Median:0} % of the roofline ({(work.Flops / flops > work.Bytes / bytes ? "products" : "memory")}); ");
        }

        yield return self.Row(
            1000 * timing.Median, "ms", $"{share}{graphs.Sum(g => (long)g.Line.TripletCount)} triplets, hidden {context.Model.Config.Model.HiddenFeatures}; {timing.Spread}", details);
    }
}

/// <summary>The convolution in plain torch, on torch's device, in evaluation mode.</summary>
internal sealed class TorchConvolutionRunner : IConvolutionRunner
{
    private readonly BandBatch _batch;
    private readonly EdgeGatedConvolution _convolution;
    private readonly Tensor _nodes, _edges;

    public TorchConvolutionRunner(GraphBatch graphs, AlignnOptions options, bool tensorFloat32)
    {
        TorchDevice.AllowTensorFloat32(tensorFloat32);
        var (place, hidden) = (TorchDevice.Place, options.HiddenFeatures);
        random.manual_seed(1);
        _batch = BandBatch.Create(graphs, options, ScalarType.Float32, place);
        _convolution = new EdgeGatedConvolution(hidden, new TorchConvolutionKernels(), ScalarType.Float32, place);
        _convolution.eval();
        _nodes = randn([_batch.Triplets.NodeCount, hidden], ScalarType.Float32, place);
        _edges = randn([_batch.Triplets.EdgeCount, hidden], ScalarType.Float32, place);
        Work = ConvolutionWork.Of(
            _batch.Triplets.NodeCount, _batch.Triplets.EdgeCount, hidden, sizeof(float), tensorFloat32 ? GpuPeak.TensorFloat32 : GpuPeak.Float32);
    }

    public ConvolutionWork Work { get; }

    public void Run()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        _convolution.Forward(_nodes, _edges, _batch.Triplets);
        TorchDevice.Synchronize();
    }

    public void Dispose()
    {
        _batch.Dispose();
        _convolution.Dispose();
        _nodes.Dispose();
        _edges.Dispose();
    }
}

/// <summary>The fused convolution of the CPU's plan.</summary>
internal sealed class HostConvolutionRunner(BandGraph[] graphs, AlignnOptions options) : IConvolutionRunner
{
    private readonly FusedConvolution _fused = new(Precision.Float32, options.HiddenFeatures, graphs, NativeProcessorInfo.DefaultThreads);

    public ConvolutionWork Work { get; } = ConvolutionWork.Of(
        graphs.Sum(g => (long)g.Crystal.BondCount), graphs.Sum(g => (long)g.Line.TripletCount), options.HiddenFeatures, sizeof(float), GpuPeak.Float32);

    public void Run() => _fused.Run();

    public void Dispose() => _fused.Dispose();
}
