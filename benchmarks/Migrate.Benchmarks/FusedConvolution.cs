using Migrate.Graphs;
using Migrate.Models;
using Migrate.Native;

namespace Migrate.Benchmarks;

/// <summary>One convolution of a plan on the line graph of some bands, with all its rows: node products and fused edge pass.</summary>
internal sealed unsafe class FusedConvolution : IDisposable
{
    private readonly PlanBuffers _buffers = new();
    private readonly ConvolutionLayer _layer;
    private readonly PlanBatch _batch;
    private readonly PlanPrecision _precision;
    private readonly NativeWorkspace _workspace;

    public FusedConvolution(Precision precision, int hidden, BandGraph[] graphs, int threads)
    {
        _precision = PlanPrecision.Of(precision);
        using var network = CalmNetwork(hidden);
        var stride = KernelLibrary.Padded(hidden, KernelLibrary.TileOf(_precision.Heavy).Lanes);
        _layer = new ConvolutionLayer(_precision.Heavy, ModelWeights.Of(network), "alignn_layers.1.edge_update", stride);
        _batch = PlanBatch.Create(graphs, Readout.AllAtoms, null, null, _buffers);
        Fill(_buffers.Bonds, (long)_batch.Bonds * stride, _precision.NodeRows);
        Fill(_buffers.Triplets, (long)_batch.Triplets * stride, _precision.TripletRows);
        _buffers.Gates.Take<byte>((long)_batch.Bonds * _layer.GatesPerNode * _precision.NodeBytes);
        var bytes = KernelLibrary.WorkspaceBytes(_precision.Heavy, hidden, threads);
        _workspace = new NativeWorkspace { Memory = _buffers.Workspace.Take<byte>(bytes), Bytes = bytes, Threads = threads };
    }

    /// <summary>Floating-point operations of the products.</summary>
    public double Flops => _layer.NodeFlops(_batch.Bonds) + _layer.EdgeFlops(_batch.Triplets, tabulated: false);

    public void Run()
    {
        byte* nodes = _buffers.Bonds.Take<byte>(0), edges = _buffers.Triplets.Take<byte>(0), gates = _buffers.Gates.Take<byte>(0);
        _layer.RunNodeSide(_batch.Bonds, nodes, gates, _workspace);
        var call = new NativeEdgeGated
        {
            Storage = _precision.TripletRows,
            WantEdges = 1,
            NodeCount = _batch.Bonds,
            EdgeCount = _batch.Triplets,
            RowBegin = _batch.TripletRowBegin,
            Source = _batch.TripletSource,
            Weight = _batch.TripletWeight,
            Gates = gates,
            Nodes = nodes,
            Edges = edges,
        };
        _layer.RunEdgeSide(call, null, _workspace);
    }

    public void Dispose()
    {
        _layer.Dispose();
        _buffers.Dispose();
    }

    /// <summary>Rows are updated in place, again and again: small steps keep them in range, whatever the number of iterations.</summary>
    public static Alignn CalmNetwork(int hidden)
    {
        var network = NetworkWorkload.Network(hidden, new TorchConvolutionKernels());
        using var guard = TorchSharp.torch.no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.Contains(".bn_", StringComparison.Ordinal))
            {
                parameter.fill_(1e-3);
            }
        }

        return network;
    }

    // Numbers in -1 .. 1 in whatever type the rows have.
    private static void Fill(AlignedBuffer buffer, long count, RowType type)
    {
        var random = new Random(1);
        for (long i = 0; i < count; i++)
        {
            var value = (2 * random.NextSingle()) - 1;
            switch (type)
            {
                case RowType.Float64:
                    buffer.Take<double>(count)[i] = value;
                    break;
                case RowType.Float32:
                    buffer.Take<float>(count)[i] = value;
                    break;
                case RowType.Float16:
                    buffer.Take<Half>(count)[i] = (Half)value;
                    break;
                default:
                    buffer.Take<ushort>(count)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
                    break;
            }
        }
    }
}
