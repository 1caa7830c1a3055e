using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Atoms a second of the k-nearest-shell graph with its line graph.</summary>
internal static class GraphCase
{
    public static GpuCase Create(GraphRunner runner)
    {
        GpuCase? self = null;
        return self = new GpuCase("graph and line graph", runner.Name, runner.Missing, context => Run(context, runner, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, GraphRunner runner, GpuCase self)
    {
        using var graphs = runner.Create();
        Structure[] structures = [.. context.Bands.Select(b => b.Structure)];
        var triplets = 0L;
        var timing = Timing.Of(() => triplets = graphs.Build(structures, GraphSettings.Published), context.Settings.Seconds);
        yield return self.Row(
            structures.Sum(s => (double)s.Count) / timing.Median,
            "atoms/s",
            $"{structures.Length} structures, 12 neighbours, {triplets} triplets; {timing.Spread}",
            new() { ["structuresPerSecond"] = structures.Length / timing.Median });
    }
}

/// <summary>The CPU kernels, on all processors.</summary>
internal sealed class HostGraphRunner : IGraphRunner
{
    private readonly CpuGraphKernels _kernels = new();

    public long Build(IReadOnlyList<Structure> structures, GraphSettings settings) =>
        OrderedParallel.Map(structures, s => (long)_kernels.BuildLineGraph(_kernels.BuildGraph(s, settings)).TripletCount).Sum();

    public void Dispose()
    {
        // Nothing is kept.
    }
}
