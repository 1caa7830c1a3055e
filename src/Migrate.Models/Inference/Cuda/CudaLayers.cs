using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>out = activation(in W + b) in sections of columns, weights on the device.</summary>
internal sealed unsafe class CudaDenseLayer : IDisposable
{
    private readonly CudaNetworkKernels _kernels;
    private readonly CudaArithmetic _arithmetic;
    private readonly int _depth, _width, _sections, _gathered;
    private readonly bool _silu;
    private readonly DeviceBuffer _weights, _bias;

    /// <param name="kernels">What runs it.</param>
    /// <param name="arithmetic">Of its products.</param>
    /// <param name="weights">[sections, width, depth], row = output column.</param>
    /// <param name="bias">[sections, width].</param>
    /// <param name="sections">Number of sections.</param>
    /// <param name="gathered">Of them, those that edges gather.</param>
    /// <param name="silu">SiLU after the bias.</param>
    public CudaDenseLayer(
        CudaNetworkKernels kernels, CudaArithmetic arithmetic, double[] weights, double[] bias, int sections = 1, int gathered = 0, bool silu = false)
    {
        (_kernels, _arithmetic, _sections, _gathered, _silu) = (kernels, arithmetic, sections, gathered, silu);
        var (width, depth) = (bias.Length / sections, weights.Length / bias.Length);
        (_width, _depth) = (CudaNumbers.Padded(width), CudaNumbers.Padded(depth));
        _weights = kernels.Device.Upload<byte>(CudaNumbers.Weights(arithmetic, weights, sections, width, depth));
        _bias = kernels.Device.Upload<float>(CudaNumbers.Rows(bias, width, _width));
    }

    /// <summary>Columns of a section, padded.</summary>
    public int Width => _width;

    /// <summary>Queues the layer.</summary>
    /// <param name="rows">[1] rows, on the device.</param>
    /// <param name="input">[rows, depth].</param>
    /// <param name="gathered">[rows, gathered sections, width], or null where there are none.</param>
    /// <param name="own">[rows, other sections, width].</param>
    /// <param name="stream">The stream.</param>
    public void Run(int* rows, float* input, void* gathered, float* own, nint stream) => _kernels.Dense(
        _arithmetic,
        new CudaDenseArguments
        {
            Rows = rows,
            In = input,
            Weights = (void*)_weights.Pointer,
            Bias = (float*)_bias.Pointer,
            Gathered = gathered,
            Own = own,
            InStride = _depth,
            Depth = _depth,
            Width = _width,
            Sections = _sections,
            GatheredSections = _gathered,
            Silu = _silu ? 1 : 0,
        },
        stream);

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }
}

/// <summary>An edge-gated convolution with frozen norms, weights on the device.</summary>
internal sealed unsafe class CudaConvolutionLayer : IDisposable
{
    private readonly CudaNetworkKernels _kernels;
    private readonly CudaDenseLayer _nodeSide;
    private readonly DeviceBuffer _weights, _nodeScale, _edgeScale, _edgeShift;
    private readonly int _channels;

    public CudaConvolutionLayer(CudaNetworkKernels kernels, ModelWeights weights, string name)
    {
        (_kernels, Name) = (kernels, name);
        var channels = weights[$"{name}.edge_gate.bias"].Length;
        _channels = CudaNumbers.Padded(channels);
        var (matrix, bias) = NodeSide.Join(weights, name, channels);
        _nodeSide = new CudaDenseLayer(kernels, kernels.Arithmetic, matrix, bias, sections: 4, gathered: 2);
        _weights = kernels.Device.Upload<byte>(
            CudaNumbers.Weights(kernels.Arithmetic, weights[$"{name}.edge_gate.weight"], 1, channels, channels));
        var (nodeScale, _) = FoldedNorm.Of(weights, $"{name}.bn_nodes");
        var (edgeScale, edgeShift) = FoldedNorm.Of(weights, $"{name}.bn_edges");
        DeviceBuffer Vector(double[] values) => kernels.Device.Upload<float>(CudaNumbers.Rows(values, channels, _channels));
        (_nodeScale, _edgeScale, _edgeShift) = (Vector(nodeScale), Vector(edgeScale), Vector(edgeShift));
    }

    /// <summary>Name in the state dict.</summary>
    public string Name { get; }

    /// <summary>Operations of the node-side products.</summary>
    public double NodeFlops(long nodes) => 8.0 * nodes * _channels * _channels;

    /// <summary>Operations of the edges' products; a table needs none.</summary>
    public double EdgeFlops(long edges, bool tabulated) => tabulated ? 0 : 2.0 * edges * _channels * _channels;

    /// <summary>Queues the node-side products: P, M and Q, U of every node.</summary>
    public void RunNodeSide(int* nodeCount, float* nodes, void* gathered, float* own, nint stream) =>
        _nodeSide.Run(nodeCount, nodes, gathered, own, stream);

    /// <summary>Queues the rest; <paramref name="call"/> brings graph, rows and gates.</summary>
    public void RunEdgeSide(CudaEdgeGatedArguments call, CudaTable? table, bool halfEdges, nint stream)
    {
        call.Channels = _channels;
        call.Weights = (void*)_weights.Pointer;
        call.NodeScale = (float*)_nodeScale.Pointer;
        call.EdgeScale = (float*)_edgeScale.Pointer;
        call.EdgeShift = (float*)_edgeShift.Pointer;
        if (table is null)
        {
            call.Position = null;
        }
        else
        {
            call.Intervals = table.Intervals;
            call.GateTable = table.Gate;
            call.ValueTable = table.Value;
        }

        _kernels.EdgeGated(call, halfEdges, stream);
    }

    public void Dispose()
    {
        _nodeSide.Dispose();
        _weights.Dispose();
        _nodeScale.Dispose();
        _edgeScale.Dispose();
        _edgeShift.Dispose();
    }
}

/// <summary>An embedding and its first gate at evenly spaced points, on the device.</summary>
internal sealed unsafe class CudaTable : IDisposable
{
    private readonly DeviceBuffer _value, _gate;

    /// <param name="device">Where it goes.</param>
    /// <param name="table">[intervals + 3, stride], rows as the kernels have them.</param>
    /// <param name="stride">Padded channels.</param>
    public CudaTable(CudaDevice device, EmbeddingTable table, int stride)
    {
        (Intervals, Low, Spacing, Error) = (table.Intervals, table.Low, table.Spacing, table.Error);
        var count = (table.Intervals + 3) * stride;
        _value = device.Upload(new ReadOnlySpan<float>(table.Value.Take<float>(0), count));
        _gate = device.Upload(new ReadOnlySpan<float>(table.Gate.Take<float>(0), count));
    }

    public int Intervals { get; }

    public double Low { get; }

    public double Spacing { get; }

    public double Error { get; }

    public float* Value => (float*)_value.Pointer;

    public float* Gate => (float*)_gate.Pointer;

    /// <summary>Abscissa of a number in units of the spacing.</summary>
    public double Position(double value) => Math.Clamp((value - Low) / Spacing, 0, Intervals);

    public void Dispose()
    {
        _value.Dispose();
        _gate.Dispose();
    }
}
