using Migrate.Crystals;
using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>
/// Graph construction on the GPU, for whole batches of crystals: the same bits as the CPU library. Calls may come from several threads and
/// run one after another.
/// </summary>
public sealed unsafe class CudaGraphKernels : IGraphKernels, IDisposable
{
    private readonly Lock _one = new();
    private readonly CudaDevice _device;
    private readonly CudaGraphBuilder _builder;
    private readonly CpuGraphKernels _cpu = new();
    private readonly PinnedBuffer _host;
    private readonly nint _stream;

    /// <summary>The kernels on the GPU of <see cref="CudaRuntime"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none that can be used; the message says why.</exception>
    public CudaGraphKernels()
    {
        _device = CudaRuntime.Device;
        _device.MakeCurrent();
        _builder = new CudaGraphBuilder(_device);
        _host = new PinnedBuffer(_device);
        _stream = _device.Driver.CreateStream();
    }

    /// <inheritdoc/>
    public string Name => "cuda";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or above <see cref="GraphSettings.MaxCutoff"/>.</exception>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal, or has more pairs than memory should hold.</exception>
    public NeighborList FindNeighbors(Structure structure, double cutoff)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!(cutoff > 0 && cutoff <= GraphSettings.MaxCutoff))
        {
            throw new ArgumentOutOfRangeException(
                nameof(cutoff), cutoff, $"the cutoff must be above 0 and at most {GraphSettings.MaxCutoff} Å");
        }

        lock (_one)
        {
            _device.MakeCurrent();
            using var scratch = new CudaGraphScratchBuffers(_device, new CudaGraphCapacity(1, structure.Count, 0, 0, 0));
            // The true number of pairs comes back even where there was no room for them.
            for (var capacity = 64L * structure.Count; ;)
            {
                using var arena = new CudaArena();
                var list = TryFindNeighbors(structure, cutoff, scratch, arena, capacity, out var total);
                if (list is not null)
                {
                    return list;
                }

                capacity = total;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public CrystalGraph BuildGraph(Structure structure, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(structure);
        var built = BuildMany([structure], settings)[0];
        return built.Graph ?? throw built.Error!;
    }

    /// <inheritdoc/>
    /// <remarks>On the CPU: a graph that is on the host already has its triplets there in the time of a copy.</remarks>
    public LineGraph BuildLineGraph(CrystalGraph graph) => _cpu.BuildLineGraph(graph);

    /// <summary>Builds the crystal graphs of many structures at once.</summary>
    /// <param name="structures">Any number.</param>
    /// <param name="settings">How to build.</param>
    /// <returns>[n] a graph, or what is wrong with the structure.</returns>
    /// <exception cref="CudaOutOfMemoryException">The device has too little memory for all of them at once.</exception>
    public IReadOnlyList<(CrystalGraph? Graph, InvalidInputException? Error)> BuildMany(IReadOnlyList<Structure> structures, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(structures);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (structures.Count == 0)
        {
            return [];
        }

        lock (_one)
        {
            _device.MakeCurrent();
            var capacity = CudaGraphCapacity.Guess(structures.Count, structures.Sum(s => s.Count), settings.Neighbors);
            while (true)
            {
                using var batch = new CudaGraphBatch(_device, capacity);
                batch.Build(structures, settings, _builder, _host, _stream);
                if (batch.Fits(out var needed))
                {
                    return [.. structures.Select((structure, s) => batch.Graph(s, structure, settings, _cpu))];
                }

                capacity = needed;
            }
        }
    }

    /// <summary>Frees what is pinned.</summary>
    public void Dispose()
    {
        lock (_one)
        {
            _device.MakeCurrent();
            _host.Dispose();
            _device.Driver.DestroyStream(_stream);
        }
    }

    private NeighborList? TryFindNeighbors(
        Structure structure, double cutoff, CudaGraphScratchBuffers scratch, CudaArena arena, long capacity, out long total)
    {
        var n = structure.Count;
        arena.Ask<int>(4);
        arena.AskBytes(capacity * CudaGraphScratch.RelationBytes);
        arena.Ask<int>(n + 1L);
        arena.Ask<int>(capacity);
        arena.Ask<int>(3 * capacity);
        arena.Ask<double>(3 * capacity);
        arena.Ask<double>(capacity);
        arena.Allocate(_device);
        var counts = (int*)arena.Take();
        var pairs = new CudaNeighborArguments
        {
            Pairs = arena.Take(),
            RowBegin = (int*)arena.Take(),
            Target = (int*)arena.Take(),
            Shift = (int*)arena.Take(),
            Displacement = (double*)arena.Take(),
            Distance = (double*)arena.Take(),
        };
        CudaCrystals.Upload([structure], n, scratch, counts, _host.Take(CudaCrystals.Bytes(1, n)), _device, _stream);
        _builder.EnqueuePairs(scratch, counts, cutoff, pairs, capacity, _stream);
        var download = new CudaDownload(_device, _stream);
        var status = (CudaStructureStatus)download.Array<int>(scratch.Status, 1)[0];
        var (site, value) = (download.Array<int>(scratch.BadSite, 1)[0], download.Array<double>(scratch.BadValue, 1)[0]);
        total = download.Array<long>(scratch.Totals, 1)[0];
        if (status == CudaStructureStatus.TooSkewed)
        {
            return _cpu.FindNeighbors(structure, cutoff);
        }

        if (CudaCrystals.Error(structure, status, site, value) is { } error)
        {
            throw error;
        }

        if (total > capacity)
        {
            return null;
        }

        var (rowBegin, source, count) = (download.Array<int>(pairs.RowBegin, n + 1), new int[total], (int)total);
        for (var atom = 0; atom < n; atom++)
        {
            source.AsSpan(rowBegin[atom]..rowBegin[atom + 1]).Fill(atom);
        }

        return new NeighborList(
            rowBegin,
            source,
            download.Array<int>(pairs.Target, count),
            download.Array<int>(pairs.Shift, 3 * count),
            download.Array<double>(pairs.Displacement, 3 * count),
            download.Array<double>(pairs.Distance, count));
    }
}
