using System.Collections.Concurrent;

namespace Migrate.Native.Cuda;

/// <summary>
/// The kernels as the build left them: embedded in this assembly, or in the folder that the environment variable MIGRATE_CUDA_MODULES
/// names. The best one for a device is machine code before PTX, and the one for capability 9.0 alone on such a device.
/// </summary>
internal sealed unsafe class CudaModule
{
    private const string Prefix = "Cuda/";

    private readonly CudaDevice _device;
    private readonly nint _handle;
    private readonly ConcurrentDictionary<string, nint> _functions = new(StringComparer.Ordinal);

    private CudaModule(CudaDevice device, string name, nint handle) => (_device, Name, _handle) = (device, name, handle);

    /// <summary>File that it came from, for example migrate.sm_80.ptx.</summary>
    public string Name { get; }

    /// <summary>True if the kernels for capability 9.0 alone are in it.</summary>
    public bool HasHopper => Name.Contains("sm_90a", StringComparison.Ordinal);

    private static string? Folder => Environment.GetEnvironmentVariable("MIGRATE_CUDA_MODULES");

    /// <summary>Why there are no kernels, or null.</summary>
    public static string? FindProblem() => Candidates(80).Any()
        ? null
        : "this program was built without CUDA kernels; build it where nvcc or clang 19 is installed (Debian: clang-19)";

    /// <summary>Loads the best module and compares its layouts with those of this assembly.</summary>
    /// <exception cref="CudaException">The driver refuses it, or it was built from other sources.</exception>
    public static CudaModule Load(CudaDevice device)
    {
        device.MakeCurrent();
        CudaException? refused = null;
        foreach (var name in Candidates(device.Capability))
        {
            try
            {
                var module = new CudaModule(device, name, device.Driver.LoadModule(Read(name)));
                CudaLayout.Require(module.Layout(), name);
                return module;
            }
            catch (CudaException e)
            {
                // A driver that is older than the PTX of the best module takes the next one.
                refused ??= e;
            }
        }

        throw refused!;
    }

    /// <summary>A kernel of the module.</summary>
    public nint Function(string name) => _functions.GetOrAdd(name, n => _device.Driver.Function(_handle, n));

    private static byte[] Read(string name)
    {
        using var stream = Folder is { } folder
            ? File.OpenRead(Path.Combine(folder, name))
            : typeof(CudaModule).Assembly.GetManifestResourceStream(Prefix + name)!;
        var image = new byte[stream.Length + 1]; // PTX ends with a zero
        stream.ReadExactly(image.AsSpan(0, (int)stream.Length));
        return image;
    }

    private static IEnumerable<string> Candidates(int capability)
    {
        var names = Folder is { } folder
            ? Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "migrate.sm_*").Select(f => Path.GetFileName(f)!) : []
            : typeof(CudaModule).Assembly.GetManifestResourceNames()
                .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]);
        var known = names.ToHashSet(StringComparer.Ordinal);
        string[] wanted = ["migrate.sm_90a.fatbin", "migrate.sm_90a.ptx", "migrate.sm_80.fatbin", "migrate.sm_80.ptx"];
        return wanted.Where(n => known.Contains(n) && (capability == 90 || !n.Contains("90a", StringComparison.Ordinal)));
    }

    private uint[] Layout()
    {
        var address = _device.Driver.Global(_handle, "migrate_cuda_layout", out var bytes);
        var layout = new uint[bytes / sizeof(uint)];
        fixed (uint* to = layout)
        {
            _device.Driver.CopyToHost(to, address, bytes, 0);
            _device.Driver.Synchronize(0);
        }

        return layout;
    }
}
