using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models.Readouts;

/// <summary>
/// The readout of MODEL-4. For the atoms X of one graph: Q, K, V = ReLU(linear(X)); weights a = softmax over the atoms of the row sums
/// of tanh(K Qᵀ); output LayerNorm(mean(X) + Σ a_i V_i). Upstream names: <c>linear_q</c>, <c>linear_k</c>, <c>linear_v</c>, <c>norm</c>.
/// </summary>
internal sealed class AtomAttention : NetworkPart
{
    private readonly Linear _query, _key, _value;
    private readonly LayerNorm _norm;
    private readonly double _dropout;

    public AtomAttention(long width, double dropout, ScalarType dtype, Device device)
        : base(nameof(AtomAttention))
    {
        _query = Linear("linear_q", width, width, dtype, device);
        _key = Linear("linear_k", width, width, dtype, device);
        _value = Linear("linear_v", width, width, dtype, device);
        _norm = Child("norm", nn.LayerNorm([width], eps: 1e-5, elementwise_affine: true, bias: true, device: device, dtype: dtype));
        _dropout = dropout;
    }

    /// <summary>Reads a batch.</summary>
    /// <param name="batch">The graphs that the rows belong to.</param>
    /// <param name="atoms">[n_atoms, H].</param>
    /// <returns>[n_structures, H].</returns>
    public Tensor Forward(BandBatch batch, Tensor atoms)
    {
        using var scope = NewDisposeScope();
        var x = batch.Pooled is null ? atoms : atoms.index_select(0, batch.Pooled);
        var (q, k, v) = (_query.call(x).relu(), _key.call(x).relu(), _value.call(x).relu());
        var rows = new List<Tensor>(batch.StructureCount);
        long begin = 0;
        foreach (var count in batch.PooledAtoms)
        {
            Tensor Own(Tensor all) => all.narrow(0, begin, count);
            var weight = Own(k).matmul(Own(q).t()).tanh().sum(1).softmax(0);
            if (training && _dropout > 0)
            {
                weight = nn.functional.dropout(weight, _dropout, training: true);
            }

            rows.Add(Own(x).mean([0]) + weight.matmul(Own(v)));
            begin += count;
        }

        return _norm.call(stack(rows, 0)).MoveToOuterDisposeScope();
    }
}
