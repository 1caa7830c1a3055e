using Migrate.Graphs;

namespace Migrate.Training;

/// <summary>
/// Batches of graphs for a list of path numbers, built natively and in parallel, one batch ahead of the one in use. Graphs stay in a
/// cache of limited size, so that in a set that fits each is built once.
/// </summary>
internal sealed class GraphLoader
{
    private readonly PathStore _paths;
    private readonly TrainingOptions _options;
    private readonly GraphCache _cache;

    public GraphLoader(PathStore paths, TrainingOptions options)
    {
        (_paths, _options) = (paths, options);
        _cache = new GraphCache(
            new CpuGraphKernels(),
            new GraphCacheOptions
            {
                MemoryBytes = (long)options.GraphCacheMegabytes << 20,
                Folder = options.GraphCacheFolder.Length == 0 ? null : options.GraphCacheFolder,
                FolderBytes = (long)options.GraphCacheFolderMegabytes << 20,
            });
    }

    public IEnumerable<GraphBatch> Batches(IEnumerable<int[]> batches) =>
        OrderedParallel.Ahead(batches.Select(batch => GraphBatch.Create([.. _cache.BuildMany(batch.Select(_paths.Load), _options.Graph)])), 1);
}
