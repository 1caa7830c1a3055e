using Migrate.Native;

namespace Migrate.Models;

/// <summary>
/// An edge-gated convolution with frozen norms: the four node-side linear layers as one product, the edge gate's weights packed, batch
/// norms as scale and shift (the nodes' is folded into the own-update linear, but for its factor on the mean).
/// </summary>
internal sealed unsafe class ConvolutionLayer : IDisposable
{
    private readonly Arithmetic _arithmetic;
    private readonly int _channels, _stride;
    private readonly DenseLayer _gates;
    private readonly AlignedBuffer _edgeWeights, _nodeScale, _edgeScale, _edgeShift;

    public ConvolutionLayer(Arithmetic arithmetic, ModelWeights weights, string name, int stride)
    {
        (_arithmetic, _stride, Name) = (arithmetic, stride, name);
        _channels = weights[$"{name}.edge_gate.bias"].Length;
        var type = arithmetic == Arithmetic.Float64 ? RowType.Float64 : RowType.Float32;
        var (edgeScale, edgeShift) = FoldedNorm.Of(weights, $"{name}.bn_edges");
        var (nodeScale, _) = FoldedNorm.Of(weights, $"{name}.bn_nodes");
        _edgeWeights = KernelLibrary.Pack(arithmetic, weights[$"{name}.edge_gate.weight"], _channels, _channels);
        (_nodeScale, _edgeScale, _edgeShift) =
            (KernelLibrary.Vector(type, nodeScale, stride), KernelLibrary.Vector(type, edgeScale, stride), KernelLibrary.Vector(type, edgeShift, stride));
        var (matrix, bias) = NodeSide.Join(weights, name, KernelLibrary.Padded(stride, KernelLibrary.TileOf(arithmetic).Columns));
        _gates = new DenseLayer(arithmetic, matrix, bias, silu: false, panelMajor: true);
    }

    /// <summary>Name in the state dict.</summary>
    public string Name { get; }

    /// <summary>Numbers of the gates of one node: four stretches of whole panels.</summary>
    public int GatesPerNode => _gates.Width;

    public double NodeFlops(long nodes) => _gates.Flops(nodes);

    /// <summary>Products of the edge gates; a table needs none.</summary>
    public double EdgeFlops(long edges, bool tabulated) => tabulated ? 0 : 2.0 * edges * _channels * _channels;

    /// <summary>The node-side products: gates [4 panels, n, columns] from rows [n, stride].</summary>
    public void RunNodeSide(long nodes, void* rows, void* gates, in NativeWorkspace workspace) =>
        _gates.Run(nodes, rows, _stride, gates, 0, workspace);

    /// <summary>The convolution; <paramref name="call"/> brings graph, rows and gates.</summary>
    /// <param name="call">What differs from call to call.</param>
    /// <param name="table">Table of the edges, or null where they are rows.</param>
    /// <param name="workspace">Scratch.</param>
    public void RunEdgeSide(NativeEdgeGated call, EmbeddingTable? table, in NativeWorkspace workspace)
    {
        call.Arithmetic = _arithmetic;
        call.Channels = _channels;
        call.Stride = _stride;
        call.Weights = _edgeWeights.Take<byte>(0);
        call.NodeScale = _nodeScale.Take<byte>(0);
        call.EdgeScale = _edgeScale.Take<byte>(0);
        call.EdgeShift = _edgeShift.Take<byte>(0);
        if (table is null)
        {
            call.Position = null;
        }
        else
        {
            call.Intervals = table.Intervals;
            call.GateTable = table.Gate.Take<byte>(0);
            call.ValueTable = table.Value.Take<byte>(0);
        }

        NativeMethods.Inference.EdgeGated(call, workspace).ThrowIfFailed();
    }

    public void Dispose()
    {
        _gates.Dispose();
        _edgeWeights.Dispose();
        _nodeScale.Dispose();
        _edgeScale.Dispose();
        _edgeShift.Dispose();
    }
}
