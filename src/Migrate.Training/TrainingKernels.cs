using Migrate.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Training;

/// <summary>What runs the convolutions of a training.</summary>
public enum TrainingBackend
{
    /// <summary>The native kernels on the CPU, plain torch on other devices.</summary>
    Auto,

    /// <summary>The native kernels; the device must be the CPU.</summary>
    Cpu,

    /// <summary>Plain torch operations.</summary>
    Torch,
}

/// <summary>From the wish to the kernels.</summary>
public static class TrainingKernels
{
    /// <summary>Kernels for a device.</summary>
    /// <param name="backend">The wish.</param>
    /// <param name="device">Device of the network.</param>
    /// <exception cref="ArgumentException">The native CPU kernels were asked for on another device.</exception>
    public static IConvolutionKernels Select(TrainingBackend backend, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var onCpu = device.type == DeviceType.CPU;
        return backend switch
        {
            TrainingBackend.Cpu when !onCpu => throw new ArgumentException($"backend cpu cannot train on {device}; use torch or auto"),
            TrainingBackend.Torch => new TorchConvolutionKernels(),
            _ => onCpu ? new CpuConvolutionKernels() : new TorchConvolutionKernels(),
        };
    }
}
