using System.Collections.Concurrent;

namespace Migrate.Native.Cuda;

/// <summary>A kernel's launch description. It stands beside the struct that is the kernel's one argument.</summary>
/// <param name="Name">Name in the module.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="SharedBytes">Dynamic shared memory of a block, where it is always the same.</param>
internal readonly record struct CudaLaunch(string Name, int Threads = 256, int SharedBytes = 0);

/// <summary>A kernel on a device, to be launched with the struct that is its one argument.</summary>
/// <typeparam name="TArguments">Mirror of the kernel's argument struct.</typeparam>
/// <param name="device">Where it runs.</param>
/// <param name="name">Name in the module.</param>
/// <param name="threads">Threads of a block.</param>
internal sealed unsafe class CudaKernel<TArguments>(CudaDevice device, string name, int threads = 256)
    where TArguments : unmanaged
{
    private const int SharedBytesWithoutAsking = 48 * 1024;

    private readonly nint _function = device.Module.Function(name);
    private readonly ConcurrentDictionary<int, int> _resident = new();
    private int _allowed = SharedBytesWithoutAsking;

    /// <summary>The kernel of a launch description.</summary>
    public CudaKernel(CudaDevice device, CudaLaunch launch)
        : this(device, launch.Name, launch.Threads)
    {
    }

    /// <summary>Name in the module.</summary>
    public string Name => name;

    /// <summary>Blocks that the whole device holds at a time: the grid of a kernel whose blocks share out the work among themselves.</summary>
    /// <param name="sharedBytes">Dynamic shared memory of a block.</param>
    /// <exception cref="CudaException">A block does not fit at all.</exception>
    public int ResidentBlocks(int sharedBytes = 0) => _resident.GetOrAdd(sharedBytes, bytes =>
    {
        Allow(bytes);
        var blocks = device.Driver.BlocksPerMultiprocessor(_function, threads, bytes) * device.Multiprocessors;
        return blocks > 0 ? blocks : throw new CudaException($"{name}: a block needs more than a multiprocessor has ({bytes} bytes of shared memory)");
    });

    /// <summary>Queues a launch.</summary>
    /// <param name="arguments">Read before this returns.</param>
    /// <param name="blocks">Blocks, at least 1.</param>
    /// <param name="stream">0 is torch's.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a block.</param>
    public void Launch(in TArguments arguments, int blocks, nint stream, int sharedBytes = 0)
    {
        Allow(sharedBytes);
        fixed (TArguments* argument = &arguments)
        {
            device.Driver.Launch(_function, blocks, threads, sharedBytes, stream, argument);
        }
    }

    private void Allow(int bytes)
    {
        if (bytes > _allowed)
        {
            device.Module.AllowSharedBytes(_function, bytes);
            _allowed = bytes;
        }
    }
}
