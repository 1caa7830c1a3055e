using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Where torch computes: on the GPU where libtorch finds one, else on the CPU, which stands in.</summary>
internal static class TorchDevice
{
    private static readonly Lazy<bool> Cuda = new(() =>
    {
        var found = cuda.is_available();
        if (found)
        {
            InitializeDeviceType(DeviceType.CUDA);
        }

        return found;
    });

    public static bool HasCuda => Cuda.Value;

    public static Device Place => HasCuda ? CUDA : CPU;

    public static string Name => HasCuda ? "cuda" : "cpu";

    /// <summary>Waits for the device.</summary>
    public static void Synchronize()
    {
        if (HasCuda)
        {
            cuda.synchronize();
        }
    }

    /// <summary>Lets float32 products run as TF32, or not.</summary>
    public static void AllowTensorFloat32(bool allowed) => backends.cuda.matmul.allow_tf32 = allowed;

    /// <summary>For cases that make sense on a GPU only.</summary>
    public static string? Missing() => HasCuda ? null : "this libtorch finds no CUDA device";
}
