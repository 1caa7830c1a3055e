using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The contract on the CPU by the native kernels, on the memory of torch's tensors, float32 and float64: gathers, gates, sums, norms and
/// their gradients in one pass each, batch statistics included. The products with weights are libtorch's.
/// </summary>
public sealed class CpuConvolutionKernels : IConvolutionKernels
{
    private readonly TorchConvolutionKernels _torch = new();

    /// <summary>The kernels.</summary>
    /// <param name="threads">Threads; 0 for as many as torch uses. Results do not depend on it.</param>
    /// <exception cref="DllNotFoundException">The native library is missing or another one; the message says what to do.</exception>
    public CpuConvolutionKernels(int threads = 0)
    {
        NativeHandshake.Require();
        Threads = threads > 0 ? threads : Math.Min(get_num_threads(), NativeProcessorInfo.DefaultThreads);
    }

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <summary>Threads of the native calls.</summary>
    public int Threads { get; }

    /// <summary>To be called after a backward pass: throws what went wrong in it. (An exception that left it would end the process.)</summary>
    /// <exception cref="InvalidOperationException">A gradient could not be computed.</exception>
    public static void ThrowIfBackwardFailed() => AutogradResults.ThrowIfFailed();

    /// <inheritdoc/>
    public (Tensor Mean, Tensor? Edges) Convolve(
        ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(topology);
        // The scope also frees what TorchSharp keeps of a function's outputs: a copy of their size, used by nobody here.
        using var scope = NewDisposeScope();
        rows = new ConvolutionRows(rows.Source.contiguous(), rows.Target.contiguous(), rows.Message.contiguous(), rows.Edges.contiguous());
        var call = new GatedConvolutionFunction.Call(topology, norm, Threads);
        if (!is_grad_enabled())
        {
            var (mean, edges) = GatedConvolutionFunction.Evaluate(rows, weight, bias, call);
            return (mean.MoveToOuterDisposeScope(), edges?.MoveToOuterDisposeScope());
        }

        var outputs = GatedConvolutionFunction.apply(
            rows.Source, rows.Target, rows.Message, rows.Edges, weight, bias, norm?.Weight!, norm?.Bias!, call);
        return (outputs[0].MoveToOuterDisposeScope(), norm is null ? null : outputs[1].MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(norm);
        using var scope = NewDisposeScope();
        var (dense, kept) = (rows.contiguous(), residual?.contiguous());
        if (!is_grad_enabled())
        {
            var statistics = CpuNorm.Statistics(norm, dense, multiplicity, Threads);
            return CpuNorm.Apply(dense, kept, statistics, norm.Weight, norm.Bias, Threads).MoveToOuterDisposeScope();
        }

        var call = new NormSiluFunction.Call(norm, multiplicity, kept is not null, Threads);
        return NormSiluFunction.apply(dense, kept!, norm.Weight, norm.Bias, call).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor SegmentMean(Tensor values, Tensor segment, Tensor count) => _torch.SegmentMean(values, segment, count);
}
