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

    public IEnumerable<GraphBatch> Batches(IEnumerable<int[]> batches)
    {
        Task<GraphBatch>? next = null;
        foreach (var batch in batches)
        {
            var ready = next;
            next = Task.Run(() => Build(batch));
            if (ready is not null)
            {
                yield return ready.GetAwaiter().GetResult();
            }
        }

        if (next is not null)
        {
            yield return next.GetAwaiter().GetResult();
        }
    }

    private GraphBatch Build(int[] batch)
    {
        var graphs = new BandGraph[batch.Length];
        Parallel.For(0, batch.Length, i => graphs[i] = _cache.GetOrBuild(_paths.Load(batch[i]), _options.Graph));
        return GraphBatch.Create(graphs);
    }
}
