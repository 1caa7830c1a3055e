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
    private readonly FusedConvolution _fused;

    /// <summary>The kernels.</summary>
    /// <param name="threads">Threads; 0 for as many as torch uses. Results do not depend on it.</param>
    /// <exception cref="DllNotFoundException">The native library is missing or another one; the message says what to do.</exception>
    public CpuConvolutionKernels(int threads = 0)
    {
        NativeHandshake.Require();
        Threads = threads > 0 ? threads : Math.Min(get_num_threads(), NativeProcessorInfo.DefaultThreads);
        _fused = new FusedConvolution(new CpuTrainingPasses(Threads));
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
        ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology) =>
        _fused.Convolve(rows, weight, bias, norm, topology);

    /// <inheritdoc/>
    public Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity) =>
        _fused.NormSilu(rows, residual, norm, multiplicity);

    /// <inheritdoc/>
    public Tensor SegmentMean(Tensor values, Tensor segment, Tensor count) => _torch.SegmentMean(values, segment, count);
}
