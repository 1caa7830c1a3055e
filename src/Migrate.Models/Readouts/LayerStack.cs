using static TorchSharp.torch;

namespace Migrate.Models.Readouts;

/// <summary>ALIGNN layers and the plain convolutions after them, registered under their upstream names.</summary>
internal sealed class LayerStack
{
    private readonly string _suffix;
    private readonly List<AlignnLayer> _alignnLayers = [];
    private readonly List<EdgeGatedConvolution> _gcnLayers = [];

    public LayerStack(
        Alignn network, string suffix, (int Alignn, int Gcn) counts, long width, IConvolutionKernels kernels, ScalarType dtype, Device device)
    {
        _suffix = suffix;
        var alignn = network.Register("alignn_layers" + suffix, new Group());
        for (var i = 0; i < counts.Alignn; i++)
        {
            _alignnLayers.Add(alignn.Add($"{i}", new AlignnLayer(width, kernels, dtype, device)));
        }

        var gcn = network.Register("gcn_layers" + suffix, new Group());
        for (var i = 0; i < counts.Gcn; i++)
        {
            _gcnLayers.Add(gcn.Add($"{i}", new EdgeGatedConvolution(width, kernels, dtype, device)));
        }
    }

    /// <summary>Whether the angles are read at all.</summary>
    public bool NeedsAngles => _alignnLayers.Count > 0;

    /// <summary>Runs the layers. The rows given are disposed of as soon as nothing reads them any more.</summary>
    /// <returns>[n_atoms, H].</returns>
    public Tensor Forward(Tensor x, Tensor y, Tensor? z, BandBatch batch, Action<string, Tensor>? observe)
    {
        for (var i = 0; i < _alignnLayers.Count; i++)
        {
            var (oldX, oldY, oldZ) = (x, y, z);
            (x, y, z) = _alignnLayers[i].Forward(x, y, z!, batch.Bonds, batch.Triplets, wantAngles: i + 1 < _alignnLayers.Count);
            Release(observe, oldX, oldY, oldZ);
            observe?.Invoke($"alignn_layers{_suffix}.{i}.x", x);
            observe?.Invoke($"alignn_layers{_suffix}.{i}.y", y);
            if (z is not null)
            {
                observe?.Invoke($"alignn_layers{_suffix}.{i}.z", z);
            }
        }

        for (var i = 0; i < _gcnLayers.Count; i++)
        {
            var (oldX, oldY) = (x, y);
            (x, var newY) = _gcnLayers[i].Forward(x, y, batch.Bonds, wantEdges: i + 1 < _gcnLayers.Count);
            y = newY ?? y;
            Release(observe, oldX, newY is null ? null : oldY);
            observe?.Invoke($"gcn_layers{_suffix}.{i}.node", x);
        }

        return x;
    }

    // Rows that no later layer reads need not wait for the end of the pass (autograd keeps what it needs by itself).
    private static void Release(Action<string, Tensor>? observe, params ReadOnlySpan<Tensor?> rows)
    {
        foreach (var tensor in rows)
        {
            if (observe is null)
            {
                tensor?.Dispose();
            }
        }
    }
}
