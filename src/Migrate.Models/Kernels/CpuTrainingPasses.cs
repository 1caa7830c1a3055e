using Migrate.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>The passes by the native library, on the CPU.</summary>
internal sealed unsafe class CpuTrainingPasses(int threads) : ITrainingPasses
{
    private static readonly TensorDoor Door = new(DeviceType.CPU);

    public Tensor Dense(Tensor tensor) => tensor.contiguous();

    public GatePass Gates(ConvolutionRows rows, Tensor gate, Topology topology, bool wantsStatistics)
    {
        var (type, nodes, edges, channels) = (TensorDoor.TypeOf(gate), topology.NodeCount, topology.EdgeCount, gate.size(1));
        var (mean, inverse) = (empty([nodes, channels], gate.dtype), empty([nodes, channels], gate.dtype));
        // Batch statistics come out of the same pass.
        var (center, variance) = wantsStatistics ? (empty([channels], gate.dtype), empty([channels], gate.dtype)) : (null, null);
        var call = new NativeGateForward
        {
            Type = type,
            Threads = threads,
            NodeCount = nodes,
            EdgeCount = edges,
            Channels = channels,
            RowBegin = Door.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = Door.Indices(topology.Source, edges, "source"),
            Weight = Door.Weights(topology.SumWeight, type, edges, "sum weight"),
            Multiplicity = Door.Weights(topology.EdgeMultiplicity, type, edges, "edge multiplicity"),
            SourceGate = Door.Rows(rows.Source, type, nodes, channels, "source gate"),
            TargetGate = Door.Rows(rows.Target, type, nodes, channels, "target gate"),
            Message = Door.Rows(rows.Message, type, nodes, channels, "message"),
            Gate = Door.Rows(gate, type, edges, channels, "edge gate"),
            NodeMean = Door.Rows(mean, type, nodes, channels, "mean"),
            Inverse = Door.Rows(inverse, type, nodes, channels, "inverse"),
            Mean = center is null ? null : Door.Vector(center, type, channels, "mean of the gates"),
            Variance = variance is null ? null : Door.Vector(variance, type, channels, "variance of the gates"),
        };
        NativeMethods.Training.GateForward(call).ThrowIfFailed();
        GC.KeepAlive(rows);
        GC.KeepAlive(topology);
        return new GatePass(gate, mean, inverse, center, variance);
    }

    public (Tensor Mean, Tensor Variance) Statistics(Tensor rows, Tensor? multiplicity)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var (mean, variance) = (empty([channels], rows.dtype), empty([channels], rows.dtype));
        var call = new NativeColumnStatistics
        {
            Type = type,
            Threads = threads,
            N = n,
            Channels = channels,
            Rows = Door.Rows(rows, type, n, channels, "rows"),
            Weight = Door.Weights(multiplicity, type, n, "multiplicity"),
            Mean = Door.Vector(mean, type, channels, "mean"),
            Variance = Door.Vector(variance, type, channels, "variance"),
        };
        NativeMethods.Training.ColumnStatistics(call).ThrowIfFailed();
        GC.KeepAlive(rows);
        GC.KeepAlive(multiplicity);
        return (mean, variance);
    }

    public Tensor Activate(Tensor rows, Tensor? residual, Tensor scale, Tensor shift)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var result = empty([n, channels], rows.dtype);
        var call = new NativeNormSilu
        {
            Type = type,
            Threads = threads,
            N = n,
            Channels = channels,
            Rows = Door.Rows(rows, type, n, channels, "rows"),
            Residual = residual is null ? null : Door.Rows(residual, type, n, channels, "residual"),
            Scale = Door.Vector(scale, type, channels, "scale"),
            Shift = Door.Vector(shift, type, channels, "shift"),
            Out = Door.Rows(result, type, n, channels, "out"),
        };
        NativeMethods.Training.NormSilu(call).ThrowIfFailed();
        GC.KeepAlive(rows);
        GC.KeepAlive(residual);
        GC.KeepAlive(scale);
        GC.KeepAlive(shift);
        return result;
    }

    public void Reduce(in NormPass norm)
    {
        NativeMethods.Training.NormSiluReduce(Of(norm)).ThrowIfFailed();
        GC.KeepAlive(norm);
    }

    public Tensor NormGradient(in NormPass norm)
    {
        var result = empty_like(norm.Rows);
        var call = Of(norm);
        call.Out = Door.Rows(result, call.Type, call.N, call.Channels, "result");
        NativeMethods.Training.NormSiluBackward(call).ThrowIfFailed();
        GC.KeepAlive(norm);
        return result;
    }

    public GateGradients GateGradients(in GatePass pass, Tensor message, Tensor meanGrad, NormPass? norm, Topology topology)
    {
        var (gate, transposed) = (pass.Gate, topology.Transposed);
        var (type, nodes, edges, channels) = (TensorDoor.TypeOf(gate), topology.NodeCount, topology.EdgeCount, gate.size(1));
        var result = new GateGradients(empty_like(gate), empty_like(message), empty_like(message), empty_like(message));
        var ofNorm = norm is { } n ? Of(n) : default;
        var call = new NativeGateBackward
        {
            Type = type,
            Threads = threads,
            NodeCount = nodes,
            EdgeCount = edges,
            Channels = channels,
            RowBegin = Door.Indices(topology.RowBegin, nodes + 1, "row begin"),
            Source = Door.Indices(topology.Source, edges, "source"),
            Target = Door.Indices(topology.Target, edges, "target"),
            OutBegin = Door.Indices(transposed.Begin, nodes + 1, "out begin"),
            OutEdge = Door.Indices(transposed.Edge, edges, "out edge"),
            Weight = Door.Weights(topology.SumWeight, type, edges, "sum weight"),
            Norm = norm is null ? null : &ofNorm,
            Gate = Door.Rows(gate, type, edges, channels, "gate"),
            Message = Door.Rows(message, type, nodes, channels, "message"),
            NodeMean = Door.Rows(pass.Mean, type, nodes, channels, "mean"),
            Inverse = Door.Rows(pass.Inverse, type, nodes, channels, "inverse"),
            GradNodeMean = Door.Rows(meanGrad, type, nodes, channels, "gradient of the mean"),
            GradGate = Door.Rows(result.Gate, type, edges, channels, "gradient of the gates"),
            GradSourceGate = Door.Rows(result.Source, type, nodes, channels, "gradient of the source gates"),
            GradTargetGate = Door.Rows(result.Target, type, nodes, channels, "gradient of the target gates"),
            GradMessage = Door.Rows(result.Message, type, nodes, channels, "gradient of the messages"),
        };
        NativeMethods.Training.GateBackward(call).ThrowIfFailed();
        GC.KeepAlive(norm);
        GC.KeepAlive(meanGrad);
        GC.KeepAlive(topology);
        return result;
    }

    private NativeNormSiluBackward Of(in NormPass norm)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(norm.Rows), norm.Rows.size(0), norm.Rows.size(1));
        return new NativeNormSiluBackward
        {
            Type = type,
            Threads = threads,
            N = n,
            Channels = channels,
            Grad = Door.Rows(norm.Grad, type, n, channels, "gradient"),
            Rows = Door.Rows(norm.Rows, type, n, channels, "rows"),
            Weight = Door.Weights(norm.Multiplicity, type, n, "multiplicity"),
            Total = norm.Statistics.Total,
            Mean = Door.Vector(norm.Statistics.Mean, type, channels, "mean"),
            Inverse = Door.Vector(norm.Statistics.Inverse, type, channels, "inverse"),
            Gamma = Door.Vector(norm.Gamma, type, channels, "gamma"),
            Beta = Door.Vector(norm.Beta, type, channels, "beta"),
            Sum = Door.Vector(norm.Sum, type, channels, "sum"),
            Dot = Door.Vector(norm.Dot, type, channels, "dot"),
        };
    }
}
