using System.Collections.Concurrent;
using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>
/// Builds graphs and keeps them: in memory, and in a folder if one is given, both bounded. Found again by content (lattice, species,
/// coordinates, settings), never by name. Thread-safe; a graph that several threads ask for is built once.
/// </summary>
public sealed class GraphCache
{
    private readonly IGraphKernels _kernels;
    private readonly GraphMemory _memory;
    private readonly GraphFolder? _folder;
    private readonly ConcurrentDictionary<string, Lazy<BandGraph>> _underWay = new(StringComparer.Ordinal);
    private long _memoryHits, _diskHits, _builds, _diskFailures;

    /// <summary>An empty cache, or one over an existing folder.</summary>
    /// <param name="kernels">Builds what is missing.</param>
    /// <param name="options">Bounds and folder; null for the defaults, which keep nothing on disk.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of range.</exception>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
    public GraphCache(IGraphKernels kernels, GraphCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        options ??= new GraphCacheOptions();
        options.Validate();
        _kernels = kernels;
        _memory = new GraphMemory(options.MemoryBytes);
        _folder = options.Folder is { } folder ? new GraphFolder(folder, options.FolderBytes) : null;
    }

    /// <summary>Where the graphs so far came from.</summary>
    public GraphCacheCounts Counts => new(
        Interlocked.Read(ref _memoryHits),
        Interlocked.Read(ref _diskHits),
        Interlocked.Read(ref _builds),
        Interlocked.Read(ref _diskFailures));

    /// <summary>Bytes of the graphs in memory.</summary>
    public long MemoryBytes => _memory.Bytes;

    /// <summary>The graph of a band.</summary>
    /// <param name="band">The band.</param>
    /// <param name="settings">How to build it.</param>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public BandGraph GetOrBuild(Band band, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(band);
        return GetOrBuild(band.Structure, band.ImageCount, settings);
    }

    /// <summary>The graph of a structure.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="imageCount">Leading sites that are images of the migrating ion; 0 where it is no band.</param>
    /// <param name="settings">How to build it.</param>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public BandGraph GetOrBuild(Structure structure, int imageCount, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(imageCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(imageCount, structure.Count);
        settings.Validate();
        var key = GraphKey.Create(structure, settings);
        if (_memory.Find(key) is { } found)
        {
            Interlocked.Increment(ref _memoryHits);
            return found with { ImageCount = imageCount };
        }

        try
        {
            var graph = _underWay.GetOrAdd(key, k => new Lazy<BandGraph>(() => Make(k, structure, settings))).Value;
            return graph with { ImageCount = imageCount };
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// The graphs of many bands, in their order, built by several threads ahead of the reader. Reads only a bounded number of bands
    /// ahead, so it works on streams of any length.
    /// </summary>
    /// <param name="bands">Enumerated on the calling thread.</param>
    /// <param name="settings">How to build them.</param>
    /// <param name="workers">Threads; 0 for one per processor.</param>
    public IEnumerable<BandGraph> BuildMany(IEnumerable<Band> bands, GraphSettings settings, int workers = 0) =>
        OrderedParallel.Map(bands, band => GetOrBuild(band, settings), workers);

    private BandGraph Make(string key, Structure structure, GraphSettings settings)
    {
        // Another thread may have finished it between the look into the memory and this call.
        if (_memory.Find(key) is { } found)
        {
            Interlocked.Increment(ref _memoryHits);
            return found;
        }

        var crystal = _folder?.Find(key, structure.AtomicNumbers);
        if (crystal is not null)
        {
            Interlocked.Increment(ref _diskHits);
        }
        else
        {
            crystal = _kernels.BuildGraph(structure, settings);
            Interlocked.Increment(ref _builds);
            if (_folder is not null && !_folder.TryAdd(key, crystal))
            {
                Interlocked.Increment(ref _diskFailures);
            }
        }

        var graph = new BandGraph(crystal, _kernels.BuildLineGraph(crystal), 0);
        _memory.Add(key, graph);
        return graph;
    }
}
