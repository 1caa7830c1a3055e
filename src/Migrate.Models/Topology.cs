using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Who sends to whom on a directed graph whose edges are sorted by target: atoms and bonds, or (one level up) bonds and triplets.
/// </summary>
/// <param name="NodeCount">Nodes V.</param>
/// <param name="RowBegin">[V + 1] int64, edges that enter node v are RowBegin[v] .. RowBegin[v + 1].</param>
/// <param name="Source">[E] int64, node that edge e leaves.</param>
/// <param name="Target">[E] int64, node that edge e enters, ascending.</param>
/// <param name="SumWeight">[E, 1] weight of edge e in the sum into its target, or null where every weight is 1.</param>
/// <param name="EdgeMultiplicity">[E, 1] copies of edge e that batch statistics count, or null where every one is 1.</param>
/// <param name="NodeMultiplicity">[V, 1] copies of node v that batch statistics count, or null where every one is 1.</param>
public sealed record Topology(
    long NodeCount,
    Tensor RowBegin,
    Tensor Source,
    Tensor Target,
    Tensor? SumWeight,
    Tensor? EdgeMultiplicity,
    Tensor? NodeMultiplicity) : IDisposable
{
    private (Tensor Begin, Tensor Edge)? _transposed;

    /// <summary>Edges E.</summary>
    public long EdgeCount => Source.shape[0];

    /// <summary>
    /// The edges by the node that they leave, made when first asked for: Begin [V + 1] int64, and Edge [E] int64, the numbers of the
    /// edges, ascending within a node. Owned by the topology.
    /// </summary>
    public (Tensor Begin, Tensor Edge) Transposed => _transposed ??= Source.device_type == DeviceType.CPU ? Transpose() : TransposeByTorch();

    /// <summary>Frees the transposed edges; the tensors it was made from are their owner's.</summary>
    public void Dispose()
    {
        _transposed?.Begin.Dispose();
        _transposed?.Edge.Dispose();
        _transposed = null;
    }

    /// <summary>The same by operations that stay on the device and are not waited for.</summary>
    internal (Tensor Begin, Tensor Edge) TransposeByTorch()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (sorted, edge) = sort(Source, 0, descending: false, stable: true);
        var begin = searchsorted(sorted, arange(NodeCount + 1, int64, Source.device));
        return (begin.DetachFromDisposeScope(), edge.DetachFromDisposeScope());
    }

    private (Tensor Begin, Tensor Edge) Transpose()
    {
        var source = Source.numel() == 0 ? [] : Source.data<long>().ToArray(); // the accessor knows no empty tensors
        var (begin, edge) = (new long[NodeCount + 1], new long[source.Length]);
        foreach (var node in source)
        {
            begin[node + 1]++;
        }

        for (var v = 0; v < NodeCount; v++)
        {
            begin[v + 1] += begin[v];
        }

        var next = begin.ToArray();
        for (var e = 0; e < source.Length; e++)
        {
            edge[next[source[e]]++] = e;
        }

        return (Keep(begin), Keep(edge));
    }

    private static Tensor Keep(long[] values) => tensor(values, int64).DetachFromDisposeScope();
}
