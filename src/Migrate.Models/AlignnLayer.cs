using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// One ALIGNN layer: an edge-gated convolution on the crystal graph, whose bond rows (residual included) then are the node rows of
/// an edge-gated convolution on the line graph. Upstream names: <c>node_update</c>, <c>edge_update</c>.
/// </summary>
public sealed class AlignnLayer : NetworkPart
{
    private readonly EdgeGatedConvolution _nodeUpdate, _edgeUpdate;

    /// <summary>A layer of the given width.</summary>
    public AlignnLayer(long channels, IConvolutionKernels kernels, ScalarType dtype, Device device)
        : base(nameof(AlignnLayer))
    {
        _nodeUpdate = Child("node_update", new EdgeGatedConvolution(channels, kernels, dtype, device));
        _edgeUpdate = Child("edge_update", new EdgeGatedConvolution(channels, kernels, dtype, device));
    }

    /// <summary>One layer.</summary>
    /// <param name="x">[n_atoms, H] atoms.</param>
    /// <param name="y">[n_bonds, H] bonds.</param>
    /// <param name="z">[n_triplets, H] angles.</param>
    /// <param name="bonds">The crystal graph.</param>
    /// <param name="triplets">The line graph.</param>
    /// <param name="wantAngles">False in the last layer, whose angle rows nobody reads.</param>
    public (Tensor X, Tensor Y, Tensor? Z) Forward(Tensor x, Tensor y, Tensor z, Topology bonds, Topology triplets, bool wantAngles)
    {
        using var scope = NewDisposeScope();
        var (newX, m) = _nodeUpdate.Forward(x, y, bonds);
        var (newY, newZ) = _edgeUpdate.Forward(m!, z, triplets, wantAngles);
        return (newX.MoveToOuterDisposeScope(), newY.MoveToOuterDisposeScope(), newZ?.MoveToOuterDisposeScope());
    }
}
