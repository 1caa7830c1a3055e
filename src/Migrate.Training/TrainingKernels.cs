using Migrate.Models;
using Migrate.Native.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Training;

/// <summary>What runs the convolutions of a training.</summary>
public enum TrainingBackend
{
    /// <summary>The kernels of the device: those for the CPU, or the CUDA kernels; plain torch on any other.</summary>
    Auto,

    /// <summary>The native kernels; the device must be the CPU.</summary>
    Cpu,

    /// <summary>Plain torch operations.</summary>
    Torch,

    /// <summary>The CUDA kernels; the device must be a GPU that libtorch has, too.</summary>
    Cuda,
}

/// <summary>From the wish to the kernels.</summary>
public static class TrainingKernels
{
    /// <summary>Kernels for a device.</summary>
    /// <param name="backend">The wish.</param>
    /// <param name="device">Device of the network.</param>
    /// <exception cref="ArgumentException">Kernels were asked for that do not run on the device.</exception>
    public static IConvolutionKernels Select(TrainingBackend backend, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var (onCpu, onCuda) = (device.type == DeviceType.CPU, device.type == DeviceType.CUDA);
        return backend switch
        {
            TrainingBackend.Cpu when !onCpu => throw new ArgumentException($"backend cpu cannot train on {device}; use torch or auto"),
            TrainingBackend.Cuda when !onCuda => throw new ArgumentException($"backend cuda cannot train on {device}; use cpu, torch or auto"),
            TrainingBackend.Cuda => new CudaConvolutionKernels(CudaRuntime.Device),
            TrainingBackend.Torch => new TorchConvolutionKernels(),
            _ when onCpu => new CpuConvolutionKernels(),
            _ when onCuda && CudaRuntime.FindProblem() is null => new CudaConvolutionKernels(CudaRuntime.Device),
            _ => new TorchConvolutionKernels(),
        };
    }
}
