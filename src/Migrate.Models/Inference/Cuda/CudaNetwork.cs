using Migrate.Graphs.Diagnostics;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>A network's weights on the device, and the order of the kernels of a pass.</summary>
internal sealed unsafe class CudaNetwork : IDisposable
{
    private readonly AlignnOptions _options;
    private readonly CudaNetworkKernels _kernels;
    private readonly CudaDenseLayer _head1, _head2, _output;
    private readonly List<(CudaConvolutionLayer Node, CudaConvolutionLayer Edge)> _alignn = [];
    private readonly List<CudaConvolutionLayer> _gcn = [];

    public CudaNetwork(CudaNetworkKernels kernels, AlignnOptions options, ModelWeights weights, double tableTolerance)
    {
        (_kernels, _options) = (kernels, options);
        Stride = CudaNumbers.Padded(options.HiddenFeatures);
        Species = new CudaSpeciesTable(kernels.Device, options, weights, Stride);
        for (var i = 0; i < options.AlignnLayers; i++)
        {
            _alignn.Add((new(kernels, weights, $"alignn_layers.{i}.node_update"), new(kernels, weights, $"alignn_layers.{i}.edge_update")));
        }

        for (var i = 0; i < options.GcnLayers; i++)
        {
            _gcn.Add(new(kernels, weights, $"gcn_layers.{i}"));
        }

        CudaDenseLayer Head(string name, bool silu) =>
            new(kernels, CudaArithmetic.Float32, weights[$"{name}.weight"], weights[$"{name}.bias"], silu: silu);
        (_head1, _head2, _output) = (Head("conv_to_fc.0", true), Head("fc_hp.0.0", true), Head("fc_out.0", false));
        CudaTable Table(string embedding, CudaConvolutionLayer reader, double low, double high)
        {
            using var table = EmbeddingTable.Create(weights, embedding, $"{reader.Name}.edge_gate", low, high, Stride, tableTolerance);
            return new CudaTable(kernels.Device, table, Stride);
        }

        using var bonds = new Embedding(Native.Arithmetic.Float64, weights, "edge_embedding");
        Bonds = Table("edge_embedding", _alignn.Count > 0 ? _alignn[0].Node : _gcn[0], 0, options.BondRange + bonds.Reach);
        Angles = _alignn.Count > 0 ? Table("angle_embedding", _alignn[0].Edge, -1, 1) : null;
    }

    /// <summary>Channels with their padding.</summary>
    public int Stride { get; }

    public CudaSpeciesTable Species { get; }

    /// <summary>The embedding of bonds.</summary>
    public CudaTable Bonds { get; }

    /// <summary>The embedding of angles; null where no layer reads them.</summary>
    public CudaTable? Angles { get; }

    /// <summary>Queues a pass over a batch that lies in the buffers, outputs included.</summary>
    /// <param name="buffers">Counts, graph and rows.</param>
    /// <param name="species">[keys, stride].</param>
    /// <param name="sizes">Of the batch, for the events; where nobody listens they are not used.</param>
    /// <param name="stage">Opens a stage of the pass.</param>
    /// <param name="stream">The stream.</param>
    public void Enqueue(CudaPlanBuffers buffers, float* species, CudaCapacity sizes, CudaStages stage, nint stream)
    {
        stage.Run("embedding", "atom_embedding", new StageWork(sizes.Structures), () => _kernels.GatherRows(
            new CudaGatherRowsArguments { Rows = buffers.AtomCount, Key = buffers.Key, Table = species, Out = buffers.Atoms, Channels = Stride }, stream));
        var first = true;
        for (var i = 0; i < _alignn.Count; i++, first = false)
        {
            Convolve(_alignn[i].Node, buffers, sizes, lines: false, wantEdges: true, first, stage, stream);
            Convolve(_alignn[i].Edge, buffers, sizes, lines: true, wantEdges: i + 1 < _alignn.Count, first, stage, stream);
        }

        for (var i = 0; i < _gcn.Count; i++, first = false)
        {
            Convolve(_gcn[i], buffers, sizes, lines: false, wantEdges: i + 1 < _gcn.Count, first, stage, stream);
        }

        stage.Run("readout", "", new StageWork(sizes.Structures), () => ReadOut(buffers, stream));
    }

    public void Dispose()
    {
        foreach (var layer in _alignn.SelectMany(l => new[] { l.Node, l.Edge }).Concat(_gcn))
        {
            layer.Dispose();
        }

        foreach (IDisposable? part in new IDisposable?[] { Species, _head1, _head2, _output, Bonds, Angles })
        {
            part?.Dispose();
        }
    }

    private void Convolve(
        CudaConvolutionLayer layer, CudaPlanBuffers buffers, CudaCapacity sizes, bool lines, bool wantEdges, bool first, CudaStages stage, nint stream)
    {
        var call = lines ? buffers.LineCall(wantEdges) : buffers.CrystalCall(wantEdges);
        stage.Run("node products", layer.Name, NodeWork(layer, sizes, lines ? sizes.Bonds : sizes.Atoms), () =>
            layer.RunNodeSide(call.NodeCount, call.Nodes, call.Gathered, call.Own, stream));
        var table = first ? (lines ? Angles : Bonds) : null;
        stage.Run(
            lines ? "line-graph convolution" : "crystal convolution",
            layer.Name,
            EdgeWork(layer, sizes, lines, table is not null, wantEdges),
            () => layer.RunEdgeSide(call, table, halfEdges: lines && _kernels.HalfRows, stream));
    }

    private void ReadOut(CudaPlanBuffers buffers, nint stream)
    {
        _kernels.Pool(
            new CudaPoolArguments
            {
                Segments = buffers.StructureCount,
                Begin = buffers.PoolBegin,
                Count = buffers.PoolCount,
                Rows = buffers.Atoms,
                Out = buffers.Pooled,
                Channels = Stride,
            },
            stream);
        _head1.Run(buffers.StructureCount, buffers.Pooled, null, buffers.Hidden1, stream);
        _head2.Run(buffers.StructureCount, buffers.Hidden1, null, buffers.Hidden2, stream);
        _output.Run(buffers.StructureCount, buffers.Hidden2, null, buffers.Output, stream);
    }

    private StageWork NodeWork(CudaConvolutionLayer layer, CudaCapacity sizes, long nodes) =>
        new(sizes.Structures, sizes.Bonds, 0, layer.NodeFlops(nodes), 5.0 * nodes * Stride * sizeof(float));

    private StageWork EdgeWork(CudaConvolutionLayer layer, CudaCapacity sizes, bool lines, bool tabulated, bool wantEdges)
    {
        var (nodes, edges) = lines ? (sizes.Bonds, sizes.Triplets) : (sizes.Atoms, sizes.Bonds);
        var edgeBytes = (double)edges * Stride * (lines && _kernels.HalfRows ? 2 : sizeof(float));
        var passes = (tabulated ? 0 : 1) + (wantEdges ? 1 : 0);
        return new(
            sizes.Structures,
            sizes.Bonds,
            lines ? sizes.Triplets : 0,
            layer.EdgeFlops(edges, tabulated),
            (6.0 * nodes * Stride * sizeof(float)) + (passes * edgeBytes));
    }
}
