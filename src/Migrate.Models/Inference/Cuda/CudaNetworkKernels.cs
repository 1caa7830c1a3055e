using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>The kernels of a forward pass on one device for one arithmetic, and the shapes of their launches.</summary>
internal sealed unsafe class CudaNetworkKernels
{
    // Rows of a tile: native/cuda/convolution_arguments.hpp.
    private const int TileRows = 64;

    private readonly CudaDevice _device;
    private readonly Dictionary<string, object> _kernels = new(StringComparer.Ordinal);

    public CudaNetworkKernels(CudaDevice device, CudaArithmetic arithmetic, bool halfRows) =>
        (_device, Arithmetic, HalfRows) = (device, arithmetic, halfRows);

    /// <summary>Of the layers' products.</summary>
    public CudaArithmetic Arithmetic { get; }

    /// <summary>True where triplet rows are bf16.</summary>
    public bool HalfRows { get; }

    /// <summary>True where the convolution of triplet rows is that for compute capability 9.0.</summary>
    public bool UseHopper { get; set; }

    public CudaDevice Device => _device;

    /// <summary>Why the kernels cannot do a network, or null.</summary>
    public static string? Problem(AlignnOptions options) => CudaNumbers.Padded(options.HiddenFeatures) > CudaNetworkNames.MostColumns
        ? $"the network is {options.HiddenFeatures} channels wide, the CUDA kernels go up to {CudaNetworkNames.MostColumns}; use --backend torch"
        : null;

    /// <summary>A linear layer.</summary>
    public void Dense(CudaArithmetic arithmetic, CudaDenseArguments call, nint stream)
    {
        call.Chunk = Chunk(arithmetic, call.Depth, call.Width, 0);
        var shared = TileBytes(arithmetic, call.Depth, call.Width) + WeightBytes(arithmetic, call.Chunk, call.Width);
        var kernel = Kernel<CudaDenseArguments>(CudaDenseArguments.Launch(arithmetic, call.Width));
        // As many blocks for each section.
        var blocks = Math.Max(1, kernel.ResidentBlocks(shared) / call.Sections) * call.Sections;
        kernel.Launch(call, blocks, stream, shared);
    }

    /// <summary>An edge-gated convolution.</summary>
    /// <param name="call">All but the chunk.</param>
    /// <param name="halfEdges">True where the edge rows are bf16.</param>
    /// <param name="stream">The stream.</param>
    public void EdgeGated(CudaEdgeGatedArguments call, bool halfEdges, nint stream)
    {
        var channels = call.Channels;
        var carry = 2 * channels * sizeof(float);
        CudaLaunch launch;
        int shared;
        if (call.Position != null)
        {
            (launch, shared) = (CudaEdgeGatedArguments.Tables(Arithmetic, halfEdges), carry);
        }
        else if (halfEdges && UseHopper && call.EdgeMap != null)
        {
            shared = (TileRows * channels * 2) + (channels * channels * 2) + (TileRows * SumsPitch(channels) * sizeof(float)) + carry + sizeof(ulong);
            launch = CudaEdgeGatedArguments.Hopper(channels);
        }
        else
        {
            call.Chunk = Chunk(Arithmetic, channels, channels, carry);
            shared = TileBytes(Arithmetic, channels, channels) + WeightBytes(Arithmetic, call.Chunk, channels) + carry;
            launch = CudaEdgeGatedArguments.Launch(Arithmetic, halfEdges, channels);
        }

        var kernel = Kernel<CudaEdgeGatedArguments>(launch);
        kernel.Launch(call, kernel.ResidentBlocks(shared), stream, shared);
    }

    public void GatherRows(in CudaGatherRowsArguments call, nint stream)
    {
        var kernel = Kernel<CudaGatherRowsArguments>(CudaGatherRowsArguments.Launch);
        kernel.Launch(call, kernel.ResidentBlocks(), stream);
    }

    public void Pool(in CudaPoolArguments call, nint stream)
    {
        var kernel = Kernel<CudaPoolArguments>(CudaPoolArguments.Launch);
        kernel.Launch(call, kernel.ResidentBlocks(), stream);
    }

    /// <summary>Channels for which there is a kernel for compute capability 9.0.</summary>
    public static bool HasHopper(int channels) => channels is 128 or 256;

    private static int TilePitch(CudaArithmetic arithmetic, int depth) => (depth * CudaNumbers.FactorBytes(arithmetic)) + 16;

    private static int SumsPitch(int width) => KernelLibrary.Padded(width, 32);

    private static int TileBytes(CudaArithmetic arithmetic, int depth, int width) =>
        Math.Max(TileRows * TilePitch(arithmetic, depth), TileRows * SumsPitch(width) * sizeof(float));

    private static int WeightBytes(CudaArithmetic arithmetic, int chunk, int width) => width * TilePitch(arithmetic, chunk);

    // All of the depth where it fits beside the rest, so that the weights stay; else the most that does.
    private int Chunk(CudaArithmetic arithmetic, int depth, int width, int rest)
    {
        var room = _device.SharedBytesPerBlock - TileBytes(arithmetic, depth, width) - rest;
        var chunk = Math.Min(depth, ((room / width) - 16) / CudaNumbers.FactorBytes(arithmetic) / CudaNumbers.Padding * CudaNumbers.Padding);
        return chunk >= CudaNumbers.Padding
            ? chunk
            : throw new CudaException($"{_device.Name} has {_device.SharedBytesPerBlock} bytes of shared memory, too few for layers {width} wide and {depth} deep");
    }

    private CudaKernel<T> Kernel<T>(CudaLaunch launch)
        where T : unmanaged
    {
        lock (_kernels)
        {
            if (!_kernels.TryGetValue(launch.Name, out var kernel))
            {
                _kernels[launch.Name] = kernel = new CudaKernel<T>(_device, launch);
            }

            return (CudaKernel<T>)kernel;
        }
    }
}
