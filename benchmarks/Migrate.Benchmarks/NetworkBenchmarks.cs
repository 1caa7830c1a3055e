using BenchmarkDotNet.Attributes;
using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>
/// The network in plain TorchSharp, the baseline that faster backends are compared with: unique bonds with multiplicities against the
/// published form that stores every mutual bond twice (its triplets are made here by repeating them).
/// </summary>
public class NetworkBenchmarks
{
    private readonly CpuGraphKernels _kernels = new();
    private BandGraph[] _graphs = [];
    private Lazy<Alignn>? _network;

    /// <summary>Hidden width: the published one and that of the compact configuration.</summary>
    [Params(64, 256)]
    public int Hidden { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var network = new Alignn(new AlignnOptions { HiddenFeatures = Hidden }, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
        network.eval();
        _network = new Lazy<Alignn>(network);
        _graphs = [.. Workload.Of(Sample.Handful).Select(band =>
        {
            var crystal = _kernels.BuildGraph(band.Structure, GraphSettings.Published);
            return new BandGraph(crystal, _kernels.BuildLineGraph(crystal), band.ImageCount);
        })];
    }

    [GlobalCleanup]
    public void Cleanup() => _network?.Value.Dispose();

    [Benchmark(Baseline = true), Structures(Sample.Handful)]
    public double Torch_with_duplicates() => _graphs.Sum(graph => Run(DuplicatedGraph.Expand(graph)));

    [Benchmark, Structures(Sample.Handful)]
    public double Torch_unique_bonds() => _graphs.Sum(Run);

    private double Run(BandGraph graph)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var batch = BandBatch.Create(GraphBatch.Create([graph]), _network!.Value.Options, ScalarType.Float32, CPU);
        return _network.Value.Forward(batch).to(ScalarType.Float64).item<double>();
    }
}
