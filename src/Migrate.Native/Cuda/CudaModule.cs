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
    private readonly Dictionary<nint, int> _sharedBytes = [];

    private CudaModule(CudaDevice device, string name, nint handle) => (_device, Name, _handle) = (device, name, handle);

    /// <summary>File that it came from, for example migrate.sm_80.ptx.</summary>
    public string Name { get; }

    /// <summary>True if the kernels for capability 9.0 alone are in it.</summary>
    public bool HasHopper => Name.Contains("sm_90a", StringComparison.Ordinal);

    private static string? Folder => Environment.GetEnvironmentVariable("MIGRATE_CUDA_MODULES");

    /// <summary>Why there are no kernels for a device, or null.</summary>
    /// <param name="capability">Its compute capability, times 10.</param>
    public static string? FindProblem(int capability) => Candidates(capability).Any()
        ? null
        : "this program was built without CUDA kernels for this GPU; build it where nvcc or clang 19 is installed (Debian: clang-19)";

    /// <summary>Loads the best module that the driver takes and compares its layouts with those of this assembly.</summary>
    /// <exception cref="CudaException">The driver refuses all of them, or the module was built from other sources.</exception>
    public static CudaModule Load(CudaDevice device)
    {
        device.MakeCurrent();
        CudaException? refused = null;
        foreach (var name in Candidates(device.Capability))
        {
            nint handle;
            try
            {
                handle = device.Driver.LoadModule(Read(name));
            }
            catch (CudaException e) when (e is not CudaOutOfMemoryException)
            {
                // A driver that is older than the PTX of the best module takes the next one.
                refused ??= e;
                continue;
            }

            // Outside of the try: kernels of other sources are a fault of the build, not a reason to take slower ones in silence.
            var module = new CudaModule(device, name, handle);
            CudaLayout.Require(module.Layout(), name);
            return module;
        }

        throw refused ?? new CudaException(FindProblem(device.Capability)!);
    }

    /// <summary>A kernel of the module.</summary>
    public nint Function(string name) => _functions.GetOrAdd(name, n => _device.Driver.Function(_handle, n));

    /// <summary>
    /// Lets a kernel have so much dynamic shared memory, or more. The driver keeps one number for a kernel, the last one, so two plans of
    /// different widths must not take it from each other.
    /// </summary>
    public void AllowSharedBytes(nint function, int bytes)
    {
        lock (_sharedBytes)
        {
            if (bytes > _sharedBytes.GetValueOrDefault(function))
            {
                _device.Driver.AllowSharedBytes(function, bytes);
                _sharedBytes[function] = bytes;
            }
        }
    }

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
