using Migrate.Native.Cuda;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The contract on the GPU by the native kernels, on the memory of torch's tensors, float32 and float64: gathers, gates, sums, norms,
/// means of segments and their gradients without atomics, so that every run gives the same bits. The products with weights are libtorch's.
/// Kernels are queued on torch's default stream; nothing waits for them. With the emulated device of the tests, tensors on the CPU take
/// the place of those on the GPU.
/// </summary>
public sealed class CudaConvolutionKernels : IConvolutionKernels
{
    private readonly CudaTrainingPasses _passes;
    private readonly FusedConvolution _fused;

    /// <summary>The kernels.</summary>
    /// <param name="device">The device of the tensors, for example <see cref="CudaRuntime.Device"/>.</param>
    /// <exception cref="CudaException">The kernels cannot be loaded there.</exception>
    public CudaConvolutionKernels(CudaDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _passes = new CudaTrainingPasses(device);
        _fused = new FusedConvolution(_passes);
    }

    /// <inheritdoc/>
    public string Name => "cuda";

    /// <inheritdoc/>
    public (Tensor Mean, Tensor? Edges) Convolve(
        ConvolutionRows rows, Tensor weight, Tensor bias, WeightedBatchNorm? norm, Topology topology) =>
        _fused.Convolve(rows, weight, bias, norm, topology);

    /// <inheritdoc/>
    public Tensor NormSilu(Tensor rows, Tensor? residual, WeightedBatchNorm norm, Tensor? multiplicity) =>
        _fused.NormSilu(rows, residual, norm, multiplicity);

    /// <inheritdoc/>
    public Tensor SegmentMean(Tensor values, Tensor segment, Tensor count)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(count);
        using var scope = NewDisposeScope();
        var (dense, rows) = (_passes.Dense(values), count.view(-1).to(int64));
        var call = new SegmentMeanFunction.Call(_passes, segment, rows);
        var result = is_grad_enabled() ? SegmentMeanFunction.apply(dense, call) : _passes.SegmentMean(dense, rows);
        return result.MoveToOuterDisposeScope();
    }
}
