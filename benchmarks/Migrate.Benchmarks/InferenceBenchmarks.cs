using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Native;

namespace Migrate.Benchmarks;

/// <summary>
/// Whole-model inference on real bands: plain TorchSharp on the published form (every mutual bond stored twice) and on unique bonds with
/// multiplicities (the baseline), and the compiled plan in its precisions. All on all processors, one band after another.
/// </summary>
public class InferenceBenchmarks
{
    private BandGraph[] _graphs = [];
    private BandGraph[] _duplicated = [];
    private Lazy<Alignn>? _network;
    private Dictionary<Precision, InferencePlan> _plans = [];

    /// <summary>Hidden width: the published one and that of the shipped weights.</summary>
    [Params(48, 256)]
    public int Hidden { get; set; }

    private static Peak HalfPeak => NativeProcessorInfo.HasFloat16Math ? Peak.Float16 : Peak.Float32;

    [GlobalSetup]
    public void Setup()
    {
        _graphs = NetworkWorkload.Graphs(Sample.Handful);
        _duplicated = [.. _graphs.Select(DuplicatedGraph.Expand)];
        var network = NetworkWorkload.Network(Hidden, new TorchConvolutionKernels());
        network.eval();
        _network = new Lazy<Alignn>(network);
        _plans = Enum.GetValues<Precision>().ToDictionary(
            p => p, p => InferencePlan.Compile(network.Options, ModelWeights.Of(network), new InferenceOptions { Precision = p }));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _network?.Value.Dispose();
        foreach (var plan in _plans.Values)
        {
            plan.Dispose();
        }
    }

    [Benchmark, Structures(Sample.Handful)]
    public double Torch_published_duplicates() => _duplicated.Sum(RunTorch);

    [Benchmark(Baseline = true), Structures(Sample.Handful)]
    public double Torch_unique_bonds() => _graphs.Sum(RunTorch);

    [Benchmark, Structures(Sample.Handful)]
    public double Plan_float64() => RunPlan(Precision.Float64, Peak.Float64);

    [Benchmark, Structures(Sample.Handful)]
    public double Plan_float32() => RunPlan(Precision.Float32, Peak.Float32);

    [Benchmark, Structures(Sample.Handful)]
    public double Plan_bfloat16() => RunPlan(Precision.BFloat16, HalfPeak);

    [Benchmark, Structures(Sample.Handful)]
    public double Plan_float16() => RunPlan(Precision.Float16, HalfPeak);

    private double RunTorch(BandGraph graph) => _network!.Value.Evaluate(GraphBatch.Create([graph]))[0];

    private double RunPlan(Precision precision, Peak arithmetic, [CallerMemberName] string method = "")
    {
        MeasuredWork.Note(nameof(InferenceBenchmarks), method, $"{Hidden}", NetworkWorkload.PlanFlops(Hidden, _graphs), arithmetic);
        return _graphs.Sum(graph => _plans[precision].Forward([graph])[0]);
    }
}
