using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>
/// One edge-gated convolution on the line graph of real bands: node and edge products, gathers, gates, sums, norms, residuals. Plain TorchSharp in evaluation mode, the native training kernels in evaluation mode, and the fused kernel of the plan.
/// </summary>
public class ConvolutionBenchmarks
{
    private readonly List<IDisposable> _owned = [];
    private BandBatch? _batch;
    private EdgeGatedConvolution[] _convolutions = [];
    private Tensor? _nodes, _edges;
    private Dictionary<Precision, FusedConvolution> _fused = [];

    /// <summary>Hidden width.</summary>
    [Params(48, 256)]
    public int Hidden { get; set; }

    private static Peak HalfPeak => NativeProcessorInfo.HasFloat16Math ? Peak.Float16 : Peak.Float32;

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(MachinePeaks.Threads);
        random.manual_seed(1);
        var graphs = NetworkWorkload.Graphs(Sample.Handful)[..4];
        _batch = BandBatch.Create(GraphBatch.Create(graphs), NetworkWorkload.Options(Hidden), ScalarType.Float32, CPU);
        var torch = new EdgeGatedConvolution(Hidden, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
        var cpu = new EdgeGatedConvolution(Hidden, new CpuConvolutionKernels(MachinePeaks.Threads), ScalarType.Float32, CPU);
        torch.eval();
        cpu.eval();
        _convolutions = [torch, cpu];
        _nodes = randn([_batch.Triplets.NodeCount, Hidden]);
        _edges = randn([_batch.Triplets.EdgeCount, Hidden]);
        _fused = Enum.GetValues<Precision>().ToDictionary(p => p, p => new FusedConvolution(p, Hidden, graphs, MachinePeaks.Threads));
        _owned.AddRange([_batch, torch, cpu, _nodes, _edges, .. _fused.Values]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _owned.ForEach(item => item.Dispose());
        _owned.Clear();
    }

    [Benchmark(Baseline = true)]
    public void Torch() => Run(_convolutions[0]);

    [Benchmark]
    public void Cpu_training_kernels() => Run(_convolutions[1]);

    [Benchmark]
    public void Fused_float64() => Run(Precision.Float64, Peak.Float64);

    [Benchmark]
    public void Fused_float32() => Run(Precision.Float32, Peak.Float32);

    [Benchmark]
    public void Fused_bfloat16() => Run(Precision.BFloat16, HalfPeak);

    [Benchmark]
    public void Fused_float16() => Run(Precision.Float16, HalfPeak);

    private void Run(EdgeGatedConvolution convolution)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        convolution.Forward(_nodes!, _edges!, _batch!.Triplets);
    }

    private void Run(Precision precision, Peak arithmetic, [CallerMemberName] string method = "")
    {
        MeasuredWork.Note(nameof(ConvolutionBenchmarks), method, $"{Hidden}", _fused[precision].Flops, arithmetic);
        _fused[precision].Run();
    }
}
