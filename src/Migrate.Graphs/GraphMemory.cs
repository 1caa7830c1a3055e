namespace Migrate.Graphs;

/// <summary>Graphs in memory, at most so many bytes; the one that was not used for the longest time goes first. Thread-safe.</summary>
internal sealed class GraphMemory(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Item>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Item> _newestFirst = [];
    private long _bytes;

    private sealed record Item(string Key, BandGraph Graph, long Bytes);

    /// <summary>Bytes of the graphs kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public BandGraph? Find(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _newestFirst.Remove(node);
            _newestFirst.AddFirst(node);
            return node.Value.Graph;
        }
    }

    public void Add(string key, BandGraph graph)
    {
        var bytes = SizeOf(graph);
        lock (_lock)
        {
            if (bytes > capacity || _byKey.ContainsKey(key))
            {
                return;
            }

            _byKey[key] = _newestFirst.AddFirst(new Item(key, graph, bytes));
            _bytes += bytes;
            while (_bytes > capacity)
            {
                var oldest = _newestFirst.Last!.Value;
                _newestFirst.RemoveLast();
                _byKey.Remove(oldest.Key);
                _bytes -= oldest.Bytes;
            }
        }
    }

    // The arrays, and 1 KiB for the objects around them.
    private static long SizeOf(BandGraph graph)
    {
        const int PerAtom = sizeof(byte) + sizeof(int) + 40;
        const int PerBond = (5 * sizeof(int)) + (4 * sizeof(double)) + sizeof(byte) + sizeof(int);
        const int PerTriplet = (2 * sizeof(int)) + sizeof(double) + sizeof(byte);
        return 1024
            + ((long)PerAtom * graph.Crystal.AtomCount)
            + ((long)PerBond * graph.Crystal.BondCount)
            + ((long)PerTriplet * graph.Line.TripletCount);
    }
}
