using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>The graphs and networks of the network benchmarks: real bands, published graph settings, fresh weights.</summary>
internal static class NetworkWorkload
{
    private static readonly CpuGraphKernels Kernels = new();

    /// <summary>The published depth at a width.</summary>
    public static AlignnOptions Options(int hidden) => new() { HiddenFeatures = hidden };

    public static BandGraph[] Graphs(Sample sample) => [.. Workload.Of(sample).Select(band =>
    {
        var crystal = Kernels.BuildGraph(band.Structure, GraphSettings.Published);
        return new BandGraph(crystal, Kernels.BuildLineGraph(crystal), band.ImageCount);
    })];

    /// <summary>A network with fresh weights, the same on every run.</summary>
    public static Alignn Network(int hidden, IConvolutionKernels kernels)
    {
        set_num_threads(MachinePeaks.Threads);
        random.manual_seed(1);
        return new Alignn(Options(hidden), kernels, ScalarType.Float32, CPU);
    }

    /// <summary>Floating-point operations of the matrix products that a plan does for graphs: what the tables save is not counted.</summary>
    public static double PlanFlops(int hidden, IReadOnlyList<BandGraph> graphs)
    {
        var options = Options(hidden);
        double atoms = graphs.Sum(g => (double)g.Crystal.AtomCount), bonds = graphs.Sum(g => (double)g.Crystal.BondCount);
        double triplets = graphs.Sum(g => (double)g.Line.TripletCount), square = 2.0 * hidden * hidden;
        double alignn = options.AlignnLayers, gcn = options.GcnLayers;
        // Per layer: four products a node, one an edge; the first edge gates of both graphs come from tables.
        return (square * ((4 * atoms * (alignn + gcn)) + (4 * bonds * alignn) + (bonds * (alignn + gcn - 1)) + (triplets * (alignn - 1))))
            + (2 * atoms * options.AtomFeatures * hidden);
    }
}
