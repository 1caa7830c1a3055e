using Migrate.Native;
using Migrate.Native.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>The passes by the CUDA kernels. They are queued and not waited for; scratch memory is torch's, which keeps the same order.</summary>
internal sealed unsafe class CudaTrainingPasses : ITrainingPasses
{
    /// <summary>Bytes of one access.</summary>
    private const int Alignment = 16;

    private readonly CudaDevice _device;
    private readonly TensorDoor _door;
    private readonly Lazy<CudaTrainingKernels> _single, _double;

    public CudaTrainingPasses(CudaDevice device)
    {
        _device = device;
        _door = device.IsEmulated ? new TensorDoor(DeviceType.CPU, alignment: Alignment) : new TensorDoor(DeviceType.CUDA, device.Ordinal, Alignment);
        _single = new Lazy<CudaTrainingKernels>(() => new CudaTrainingKernels(device, RowType.Float32));
        _double = new Lazy<CudaTrainingKernels>(() => new CudaTrainingKernels(device, RowType.Float64));
    }

    public Tensor Dense(Tensor tensor) => _door.Dense(tensor);

    public GatePass Gates(ConvolutionRows rows, Tensor gate, Topology topology, bool wantsStatistics)
    {
        var (type, nodes, edges, channels) = (TensorDoor.TypeOf(gate), topology.NodeCount, topology.EdgeCount, gate.size(1));
        var (mean, inverse) = (Empty(gate, nodes, channels), Empty(gate, nodes, channels));
        Kernels(type).GateForward(new CudaGateForwardArguments
        {
            RowBegin = _door.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = _door.Indices(topology.Source, edges, "source"),
            Weight = _door.Weights(topology.SumWeight, type, edges, "sum weight"),
            SourceGate = _door.Rows(rows.Source, type, nodes, channels, "source gate"),
            TargetGate = _door.Rows(rows.Target, type, nodes, channels, "target gate"),
            Message = _door.Rows(rows.Message, type, nodes, channels, "message"),
            Gate = _door.Rows(gate, type, edges, channels, "edge gate"),
            NodeMean = _door.Rows(mean, type, nodes, channels, "mean"),
            Inverse = _door.Rows(inverse, type, nodes, channels, "inverse"),
            NodeCount = nodes,
            Channels = channels,
        });
        GC.KeepAlive(rows);
        GC.KeepAlive(topology);
        if (!wantsStatistics)
        {
            return new GatePass(gate, mean, inverse, null, null);
        }

        var (center, variance) = Statistics(gate, topology.EdgeMultiplicity);
        return new GatePass(gate, mean, inverse, center, variance);
    }

    public (Tensor Mean, Tensor Variance) Statistics(Tensor rows, Tensor? multiplicity)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var (mean, variance) = (Empty(rows, channels), Empty(rows, channels));
        using var pieces = Pieces(rows);
        Kernels(type).ColumnStatistics(new CudaColumnStatisticsArguments
        {
            Rows = _door.Rows(rows, type, n, channels, "rows"),
            Weight = _door.Weights(multiplicity, type, n, "multiplicity"),
            Pieces = (double*)_door.Vector(pieces, RowType.Float64, pieces.numel(), "pieces"),
            Mean = _door.Vector(mean, type, channels, "mean"),
            Variance = _door.Vector(variance, type, channels, "variance"),
            N = n,
            Channels = channels,
        });
        GC.KeepAlive(rows);
        GC.KeepAlive(multiplicity);
        return (mean, variance);
    }

    public Tensor Activate(Tensor rows, Tensor? residual, Tensor scale, Tensor shift)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var result = Empty(rows, n, channels);
        Kernels(type).NormSilu(new CudaNormSiluArguments
        {
            Rows = _door.Rows(rows, type, n, channels, "rows"),
            Residual = residual is null ? null : _door.Rows(residual, type, n, channels, "residual"),
            Scale = _door.Vector(scale, type, channels, "scale"),
            Shift = _door.Vector(shift, type, channels, "shift"),
            Out = _door.Rows(result, type, n, channels, "out"),
            N = n,
            Channels = channels,
        });
        GC.KeepAlive(rows);
        GC.KeepAlive(residual);
        GC.KeepAlive(scale);
        GC.KeepAlive(shift);
        return result;
    }

    public void Reduce(in NormPass norm)
    {
        using var pieces = Pieces(norm.Rows);
        var arguments = Of(norm);
        arguments.Pieces = (double*)_door.Vector(pieces, RowType.Float64, pieces.numel(), "pieces");
        Kernels(TensorDoor.TypeOf(norm.Rows)).NormSiluReduce(arguments);
        GC.KeepAlive(norm);
    }

    public Tensor NormGradient(in NormPass norm)
    {
        var (type, result) = (TensorDoor.TypeOf(norm.Rows), empty_like(norm.Rows));
        var arguments = Of(norm);
        arguments.Out = _door.Rows(result, type, arguments.N, arguments.Channels, "result");
        Kernels(type).NormSiluBackward(arguments);
        GC.KeepAlive(norm);
        return result;
    }

    public GateGradients GateGradients(in GatePass pass, Tensor message, Tensor meanGrad, NormPass? norm, Topology topology)
    {
        var (gate, transposed) = (pass.Gate, topology.Transposed);
        var (type, nodes, edges, channels) = (TensorDoor.TypeOf(gate), topology.NodeCount, topology.EdgeCount, gate.size(1));
        var result = new GateGradients(empty_like(gate), empty_like(message), empty_like(message), empty_like(message));
        using var sumGrad = empty_like(message);
        Kernels(type).GateBackward(new CudaGateBackwardArguments
        {
            Norm = norm is { } n ? Of(n) : default,
            RowBegin = _door.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = _door.Indices(topology.Source, edges, "source"),
            TargetNode = _door.Indices(topology.Target, edges, "target"),
            OutBegin = _door.Indices(transposed.Begin, nodes + 1, "out begin"),
            OutEdge = _door.Indices(transposed.Edge, edges, "out edge"),
            Weight = _door.Weights(topology.SumWeight, type, edges, "sum weight"),
            Gate = _door.Rows(gate, type, edges, channels, "gate"),
            Message = _door.Rows(message, type, nodes, channels, "message"),
            NodeMean = _door.Rows(pass.Mean, type, nodes, channels, "mean"),
            Inverse = _door.Rows(pass.Inverse, type, nodes, channels, "inverse"),
            GradNodeMean = _door.Rows(meanGrad, type, nodes, channels, "gradient of the mean"),
            GradSum = _door.Rows(sumGrad, type, nodes, channels, "gradient of the sums"),
            GradGate = _door.Rows(result.Gate, type, edges, channels, "gradient of the gates"),
            GradSourceGate = _door.Rows(result.Source, type, nodes, channels, "gradient of the source gates"),
            GradTargetGate = _door.Rows(result.Target, type, nodes, channels, "gradient of the target gates"),
            GradMessage = _door.Rows(result.Message, type, nodes, channels, "gradient of the messages"),
            NodeCount = nodes,
            Channels = channels,
        });
        GC.KeepAlive(norm);
        GC.KeepAlive(meanGrad);
        GC.KeepAlive(topology);
        return result;
    }

    /// <summary>Means [S, C] of runs of rows [V, C].</summary>
    /// <param name="values">[V, C], dense.</param>
    /// <param name="count">[S] int64, rows of each segment, at least 1; they add up to V.</param>
    public Tensor SegmentMean(Tensor values, Tensor count)
    {
        var (type, rows, segments, channels) = (TensorDoor.TypeOf(values), values.size(0), count.size(0), values.size(1));
        var result = Empty(values, segments, channels);
        using var end = count.cumsum(0);
        using var begin = end - count;
        Kernels(type).SegmentMean(new CudaSegmentMeanArguments
        {
            Begin = _door.Indices(begin, segments, "begin"),
            Count = _door.Indices(count, segments, "count"),
            Values = _door.Rows(values, type, rows, channels, "values"),
            Out = _door.Rows(result, type, segments, channels, "mean"),
            Segments = segments,
            Channels = channels,
        });
        GC.KeepAlive(values);
        GC.KeepAlive(count);
        return result;
    }

    /// <summary>Gradient [V, C] of the rows.</summary>
    /// <param name="grad">[S, C], dense.</param>
    /// <param name="segment">[V] int64.</param>
    /// <param name="count">[S] int64.</param>
    public Tensor SegmentMeanGradient(Tensor grad, Tensor segment, Tensor count)
    {
        var (type, rows, segments, channels) = (TensorDoor.TypeOf(grad), segment.size(0), count.size(0), grad.size(1));
        var result = Empty(grad, rows, channels);
        Kernels(type).SegmentMeanBackward(new CudaSegmentMeanBackwardArguments
        {
            Segment = _door.Indices(segment, rows, "segment"),
            Count = _door.Indices(count, segments, "count"),
            GradOut = _door.Rows(grad, type, segments, channels, "gradient of the mean"),
            GradValues = _door.Rows(result, type, rows, channels, "gradient of the values"),
            Rows = rows,
            Channels = channels,
        });
        GC.KeepAlive(grad);
        GC.KeepAlive(segment);
        GC.KeepAlive(count);
        return result;
    }

    private static Tensor Empty(Tensor like, params long[] size) => empty(size, like.dtype, like.device);

    private static Tensor Pieces(Tensor rows) =>
        empty([CudaTrainingLaunch.PieceNumbers(rows.size(0), rows.size(1))], ScalarType.Float64, rows.device);

    private CudaNormSiluBackwardArguments Of(in NormPass norm)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(norm.Rows), norm.Rows.size(0), norm.Rows.size(1));
        return new CudaNormSiluBackwardArguments
        {
            Grad = _door.Rows(norm.Grad, type, n, channels, "gradient"),
            Rows = _door.Rows(norm.Rows, type, n, channels, "rows"),
            Weight = _door.Weights(norm.Multiplicity, type, n, "multiplicity"),
            Mean = _door.Vector(norm.Statistics.Mean, type, channels, "mean"),
            Inverse = _door.Vector(norm.Statistics.Inverse, type, channels, "inverse"),
            Gamma = _door.Vector(norm.Gamma, type, channels, "gamma"),
            Beta = _door.Vector(norm.Beta, type, channels, "beta"),
            Sum = _door.Vector(norm.Sum, type, channels, "sum"),
            Dot = _door.Vector(norm.Dot, type, channels, "dot"),
            Total = norm.Statistics.Total,
            N = n,
            Channels = channels,
        };
    }

    // Libtorch runs backward passes on a thread of its own, where the context is not yet current.
    private CudaTrainingKernels Kernels(RowType type)
    {
        _device.MakeCurrent();
        return (type == RowType.Float64 ? _double : _single).Value;
    }
}
