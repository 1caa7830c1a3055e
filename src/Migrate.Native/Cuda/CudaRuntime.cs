namespace Migrate.Native.Cuda;

/// <summary>The way to the GPU: chooses the binding, and says in one line why there is none.</summary>
public static class CudaRuntime
{
    /// <summary>Oldest CUDA version of a driver that the kernels are for, as 1000 · major + 10 · minor.</summary>
    private const int OldestVersion = 12000;

    /// <summary>Oldest compute capability that the kernels are for, times 10.</summary>
    private const int OldestCapability = 80;

    private static readonly Lazy<(CudaDevice? Device, string? Problem)> First = new(Open);

    /// <summary>Why no GPU can be used, in one line, or null. Asks the driver on the first call.</summary>
    public static string? FindProblem() => First.Value.Problem;

    /// <summary>The GPU: the first one, or that of the environment variable MIGRATE_CUDA_DEVICE.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none that can be used; the message says why.</exception>
    public static CudaDevice Device => First.Value.Device ?? throw new PlatformNotSupportedException(First.Value.Problem);

    /// <summary>The binding that the environment variable MIGRATE_CUDA_BINDING names: <c>driver</c> (the default) or <c>managedcuda</c>.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no such binding in this build.</exception>
    private static ICudaDriver ChooseBinding() => Environment.GetEnvironmentVariable("MIGRATE_CUDA_BINDING") switch
    {
        null or "" or "driver" => new DriverApi(),
        "managedcuda" => ManagedCudaBinding.Create(),
        var other => throw new PlatformNotSupportedException($"MIGRATE_CUDA_BINDING is \"{other}\"; it must be driver or managedcuda"),
    };

    private static (CudaDevice? Device, string? Problem) Open()
    {
        try
        {
            var driver = ChooseBinding();
            driver.Initialize();
            var version = driver.Version();
            if (version < OldestVersion)
            {
                return (null, $"the CUDA driver is for CUDA {version / 1000}.{version % 1000 / 10}; needed is {OldestVersion / 1000}.0 or newer");
            }

            var count = driver.DeviceCount();
            if (count == 0)
            {
                return (null, "no CUDA device");
            }

            var text = Environment.GetEnvironmentVariable("MIGRATE_CUDA_DEVICE");
            var ordinal = 0;
            if (!string.IsNullOrEmpty(text) && (!int.TryParse(text, out ordinal) || ordinal < 0 || ordinal >= count))
            {
                return (null, $"MIGRATE_CUDA_DEVICE is \"{text}\"; this machine has devices 0 to {count - 1}");
            }

            var device = new CudaDevice(driver, ordinal);
            return device.Capability < OldestCapability
                ? (null, $"{device.Name} has compute capability {device.Capability / 10}.{device.Capability % 10}; needed is 8.0 or newer")
                : CudaModule.FindProblem(device.Capability) is { } problem ? (null, problem) : (device, null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return (null, $"no CUDA driver ({NativeResolver.CudaFile} was not found)");
        }
        catch (Exception e) when (e is EntryPointNotFoundException or PlatformNotSupportedException)
        {
            return (null, e.Message);
        }
        catch (FileNotFoundException e)
        {
            // ManagedCuda is looked for at its first call, not when the binding is made.
            return (null, $"{e.FileName?.Split(',')[0]} was not found beside the program");
        }
        catch (CudaException e)
        {
            // A driver without a device it can use says so in cuInit.
            return (null, $"no CUDA device that can be used ({e.Message})");
        }
    }
}
