using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Migrate.Potentials.Models;

/// <summary>
/// G(x) = A(x) ⊙ S(x): two stacks of linear layers with swish between them. S ends in the logistic function, A in swish or, for a readout, as
/// it is. The first layers of both are one product.
/// </summary>
internal sealed class GatedMlp : IDisposable
{
    private readonly Tensor _firstWeight;
    private readonly Tensor? _firstBias;
    private readonly Dense[] _values, _gates;
    private readonly bool _linear;
    private readonly long _width;

    /// <summary>Joins layers; they are owned from now on.</summary>
    /// <param name="values">Layers of A.</param>
    /// <param name="gates">Layers of S, of the same shapes.</param>
    /// <param name="linear">Whether A ends without an activation.</param>
    public GatedMlp(Dense[] values, Dense[] gates, bool linear)
    {
        using var scope = NewDisposeScope();
        _width = values[0].Weight.shape[1];
        _firstWeight = cat([values[0].Weight, gates[0].Weight], 1).DetachFromDisposeScope();
        _firstBias = values[0].Bias is { } bias ? cat([bias, gates[0].Bias!], 0).DetachFromDisposeScope() : null;
        values[0].Dispose();
        gates[0].Dispose();
        (_values, _gates, _linear) = (values[1..], gates[1..], linear);
    }

    /// <summary>G of rows.</summary>
    /// <param name="x">[n, inputs].</param>
    public Tensor Forward(Tensor x) => Finish(_firstBias is null ? x.matmul(_firstWeight) : addmm(_firstBias, x, _firstWeight, 1, 1));

    /// <summary>
    /// G of [x_i, x_j, e_ij] for every bond. Atoms come before bonds in the product, which is linear: their shares are computed once per atom.
    /// </summary>
    /// <param name="batch">The graph.</param>
    /// <param name="atoms">[n_atoms, width] x.</param>
    /// <param name="bonds">[n_bonds, width] e.</param>
    public Tensor Forward(PotentialBatch batch, Tensor atoms, Tensor bonds)
    {
        var width = atoms.shape[1];
        var ofCentre = atoms.matmul(_firstWeight.narrow(0, 0, width));
        var ofEnd = atoms.matmul(_firstWeight.narrow(0, width, width));
        var ofBond = bonds.matmul(_firstWeight.narrow(0, 2 * width, bonds.shape[1]));
        ofCentre = _firstBias is null ? ofCentre : ofCentre + _firstBias;
        return Finish(ofBond + ofCentre.index_select(0, batch.Centre) + ofEnd.index_select(0, batch.End));
    }

    /// <summary>Value and gate of every layer, the first first: some are views of these weights.</summary>
    public IEnumerable<(Dense Value, Dense Gate)> Layers()
    {
        Dense Half(long begin) => new(_firstWeight.narrow(1, begin, _width), _firstBias?.narrow(0, begin, _width));
        yield return (Half(0), Half(_width));
        for (var k = 0; k < _values.Length; k++)
        {
            yield return (_values[k], _gates[k]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _firstWeight.Dispose();
        _firstBias?.Dispose();
        foreach (var layer in _values.Concat(_gates))
        {
            layer.Dispose();
        }
    }

    // From the first layers' sums on.
    private Tensor Finish(Tensor sums)
    {
        var (value, gate) = (sums.narrow(1, 0, _width), sums.narrow(1, _width, _width));
        for (var k = 0; k < _values.Length; k++)
        {
            value = _values[k].Forward(F.silu(value));
            gate = _gates[k].Forward(F.silu(gate));
        }

        return (_linear ? value : F.silu(value)) * gate.sigmoid();
    }
}
