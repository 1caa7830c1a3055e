namespace Migrate.Graphs;

/// <summary>How much a <see cref="GraphCache"/> may keep, and where.</summary>
public sealed record GraphCacheOptions
{
    /// <summary>Graphs in memory, bytes; 0 keeps none. Default 512 MiB: all 619 published bands take about 310 MB.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Folder for graphs on disk, made if it is missing; null (default) for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Files in the folder, bytes, at least 1 MiB; default 4 GiB.</summary>
    public long FolderBytes { get; init; } = 4L << 30;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(FolderBytes, 1L << 20);
    }
}

/// <summary>Where the graphs that were asked for came from.</summary>
/// <param name="MemoryHits">Found in memory.</param>
/// <param name="DiskHits">Read from the folder.</param>
/// <param name="Builds">Built anew: the misses.</param>
/// <param name="DiskFailures">Files that could not be written; the graphs were used all the same.</param>
public readonly record struct GraphCacheCounts(long MemoryHits, long DiskHits, long Builds, long DiskFailures);
