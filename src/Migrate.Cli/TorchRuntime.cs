using Migrate.Crystals;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Cli;

/// <summary>Loads libtorch and chooses a device, with messages that say what to do.</summary>
internal static class TorchRuntime
{
    public static Device SelectDevice(string choice, out string reason)
    {
        EnsureLoaded();
        if (choice == "cpu")
        {
            reason = "asked for";
            return CPU;
        }

        if (cuda.is_available())
        {
            InitializeDeviceType(TorchSharp.DeviceType.CUDA);
            reason = choice == "auto" ? "found a GPU" : "asked for";
            return CUDA;
        }

        if (choice == "cuda")
        {
            throw new InvalidInputException("no CUDA device: this libtorch is a CPU build or the machine has no GPU; use --device cpu");
        }

        reason = "no CUDA in this libtorch";
        return CPU;
    }

    /// <summary>Loads libtorch now, so that a failure is told here and not inside the first tensor.</summary>
    public static void EnsureLoaded()
    {
        try
        {
            ProductReproducibility.Require();
            LibtorchFolder.Preload();
            InitializeDeviceType(TorchSharp.DeviceType.CPU);
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            // TorchSharp blames a missing package whatever the reason; the usual one is an incomplete or foreign build output.
            throw new InvalidOperationException(
                $"libtorch could not be loaded from {AppContext.BaseDirectory}; build again with `./build.sh clean` and `./build.sh managed`", e);
        }
    }
}
