using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Training;

/// <summary>
/// Batches of graphs for a list of path numbers, built natively and in parallel, one batch ahead of the one in use. Graphs stay in a
/// cache of limited size, so that in a set that fits each is built once.
/// </summary>
internal sealed class GraphLoader
{
    private readonly PathStore _paths;
    private readonly TrainingOptions _options;
    private readonly CpuGraphKernels _kernels = new();
    private readonly GraphCache _cache;

    public GraphLoader(PathStore paths, TrainingOptions options)
    {
        (_paths, _options) = (paths, options);
        _cache = new GraphCache(
            _kernels,
            new GraphCacheOptions
            {
                MemoryBytes = (long)options.GraphCacheMegabytes << 20,
                Folder = options.GraphCacheFolder.Length == 0 ? null : options.GraphCacheFolder,
                FolderBytes = (long)options.GraphCacheFolderMegabytes << 20,
            });
    }

    /// <summary>For each list of paths the batches that the network reads: one, or two of a network that reads two graphs.</summary>
    public IEnumerable<IReadOnlyList<GraphBatch>> Batches(IEnumerable<int[]> batches) =>
        OrderedParallel.Ahead(batches.Select(batch => GraphBatch.CreateInputs([.. OrderedParallel.Map(batch.Select(_paths.Load), Build, 0)])), 1);

    private BandGraph Build(Crystals.Band band) => PathGraphs.Build(band, _options.Model.Variant.Inputs(), _options.Graph, _kernels, _cache);
}
