using Migrate.Native.Cuda;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// What can run the network: "torch" (plain operations on the CPU), "cpu" (the native kernels), "cuda" (the CUDA kernels, where libtorch
/// has CUDA and there is a GPU), "cuda-emulated" (the CUDA kernels on the emulated GPU, tensors on the CPU). Tests of the contract run over
/// all of them.
/// </summary>
internal static class Backends
{
    public const string Torch = "torch", Cpu = "cpu", Cuda = "cuda", CudaEmulated = "cuda-emulated";

    public static readonly string[] All = [Torch, Cpu, Cuda, CudaEmulated];

    /// <summary>Those with custom autograd functions.</summary>
    public static readonly string[] Fused = [Cpu, Cuda, CudaEmulated];

    /// <summary>Skips the running test where there is no such device.</summary>
    public static IConvolutionKernels Kernels(string backend)
    {
        Require(backend);
        return backend switch
        {
            Torch => new TorchConvolutionKernels(),
            Cpu => new CpuConvolutionKernels(2),
            _ => new CudaConvolutionKernels(CudaRuntime.Device),
        };
    }

    /// <summary>Skips the running test where there is no such device.</summary>
    public static Device Place(string backend)
    {
        Require(backend);
        return backend == Cuda ? CUDA : CPU;
    }

    private static void Require(string backend)
    {
        if (backend is Cuda or CudaEmulated)
        {
            Assert.SkipWhen(backend == Cuda && !cuda.is_available(), "no CUDA device, or libtorch without CUDA");
            EmulatedGpu.Require();
            Assert.SkipUnless(CudaRuntime.Device.IsEmulated == (backend == CudaEmulated), "a real GPU in place of the emulated one, or the reverse");
        }
    }
}
