using BenchmarkDotNet.Attributes;
using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Testing;

namespace Migrate.Benchmarks;

/// <summary>Graph construction at the published settings (k = 12, 8 Å), one thread.</summary>
public class GraphBenchmarks
{
    private readonly CpuGraphKernels _native = new();
    private readonly ManagedGraphOracle _oracle = new();

    [Benchmark, Structures(Sample.All)]
    public long Native_graph() => Graphs(_native, Sample.All, GraphSettings.Published, line: false);

    [Benchmark, Structures(Sample.All)]
    public long Native_graph_and_line_graph() => Graphs(_native, Sample.All, GraphSettings.Published, line: true);

    [Benchmark, Structures(Sample.All)]
    public long Native_graph_and_line_graph_whole_shell() => Graphs(_native, Sample.All, new GraphSettings(), line: true);

    [Benchmark, Structures(Sample.All)]
    public long Native_pairs_within_8_angstrom() => Workload.Of(Sample.All).Sum(band => (long)_native.FindNeighbors(band.Structure, 8).Source.Length);

    [Benchmark, Structures(Sample.Few)]
    public long Brute_force_oracle_graph() => Graphs(_oracle, Sample.Few, GraphSettings.Published, line: false);

    private static long Graphs(IGraphKernels kernels, Sample sample, GraphSettings settings, bool line)
    {
        var size = 0L;
        foreach (Band band in Workload.Of(sample))
        {
            var graph = kernels.BuildGraph(band.Structure, settings);
            size += line ? kernels.BuildLineGraph(graph).TripletCount : graph.BondCount;
        }

        return size;
    }
}
