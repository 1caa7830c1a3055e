using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// What can run the network: "torch" (plain operations on the CPU), "cpu" (the native kernels), "cuda" (plain operations on a GPU, where
/// there is one). Tests of the contract run over all of them.
/// </summary>
internal static class Backends
{
    public const string Torch = "torch", Cpu = "cpu", Cuda = "cuda";

    public static readonly string[] All = [Torch, Cpu, Cuda];

    public static IConvolutionKernels Kernels(string backend) => backend == Cpu ? new CpuConvolutionKernels(2) : new TorchConvolutionKernels();

    /// <summary>Skips the running test where there is no such device.</summary>
    public static Device Place(string backend)
    {
        Assert.SkipWhen(backend == Cuda && !cuda.is_available(), "no CUDA device");
        return backend == Cuda ? CUDA : CPU;
    }
}
