using Migrate.Crystals;
using Migrate.Native;
using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Graphs of a batch that were built on the device, to be read back one by one.</summary>
internal sealed unsafe class CudaGraphBatch : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaGraphScratchBuffers _scratch;
    private readonly CudaArena _arena = new();
    private readonly CudaGraphOutputs _to;
    private long[] _totals = [];
    private int[] _rowBegin = [], _source = [], _shift = [], _status = [], _badSite = [];
    private double[] _displacement = [], _distance = [], _cutoff = [], _badValue = [];
    private byte[] _multiplicity = [];
    private NativeSite[] _sites = [];
    private int[] _atomBegin = [];

    /// <exception cref="CudaOutOfMemoryException">There is not enough memory.</exception>
    public CudaGraphBatch(CudaDevice device, CudaGraphCapacity capacity)
    {
        _device = device;
        _scratch = new CudaGraphScratchBuffers(device, capacity with { Triplets = int.MaxValue - 1024 });
        _arena.Ask<int>(4);
        _arena.Ask<int>(capacity.Atoms + 1L);
        _arena.Ask<int>(capacity.Bonds);
        _arena.Ask<int>(3 * capacity.Bonds);
        _arena.Ask<int>(capacity.Bonds + 1L);
        try
        {
            _arena.Allocate(device);
        }
        catch (CudaOutOfMemoryException)
        {
            _scratch.Dispose();
            throw;
        }

        // Triplets are counted, but not written.
        _to = new CudaGraphOutputs
        {
            Counts = (int*)_arena.Take(),
            RowBegin = (int*)_arena.Take(),
            Source = (int*)_arena.Take(),
            Shift = (int*)_arena.Take(),
            TripletBegin = (int*)_arena.Take(),
        };
    }

    /// <summary>Builds, and reads everything back.</summary>
    public void Build(IReadOnlyList<Structure> structures, GraphSettings settings, CudaGraphBuilder builder, PinnedBuffer host, nint stream)
    {
        var atoms = structures.Sum(s => s.Count);
        CudaCrystals.Upload(structures, atoms, _scratch, _to.Counts, host.Take(CudaCrystals.Bytes(structures.Count, atoms)), _device, stream);
        builder.Enqueue(_scratch, settings, _to, CudaAbscissa.None, CudaAbscissa.None, stream);
        var download = new CudaDownload(_device, stream);
        _totals = download.Array<long>(_scratch.Totals, 3);
        _rowBegin = download.Array<int>(_to.RowBegin, atoms + 1);
        var bonds = _rowBegin[atoms];
        _source = download.Array<int>(_to.Source, bonds);
        _shift = download.Array<int>(_to.Shift, 3 * bonds);
        _displacement = download.Array<double>(_scratch.Displacement, 3 * bonds);
        _distance = download.Array<double>(_scratch.Distance, bonds);
        _multiplicity = download.Array<byte>(_scratch.Multiplicity, bonds);
        _sites = download.Array<NativeSite>(_scratch.Sites, atoms);
        _atomBegin = download.Array<int>(_scratch.AtomBegin, structures.Count + 1);
        _status = download.Array<int>(_scratch.Status, structures.Count);
        _badSite = download.Array<int>(_scratch.BadSite, structures.Count);
        _badValue = download.Array<double>(_scratch.BadValue, structures.Count);
        _cutoff = download.Array<double>(_scratch.CutoffUsed, structures.Count);
    }

    /// <summary>True if there was room for everything.</summary>
    /// <param name="needed">What there must be room for.</param>
    public bool Fits(out CudaGraphCapacity needed) => _scratch.Capacity.Holds([_totals[0], _totals[1], 0], out needed);

    /// <summary>The graph of a structure, or what is wrong with it.</summary>
    public (CrystalGraph? Graph, InvalidInputException? Error) Graph(int s, Structure structure, GraphSettings settings, CpuGraphKernels cpu)
    {
        var status = (CudaStructureStatus)_status[s];
        if (status == CudaStructureStatus.TooSkewed)
        {
            return (cpu.BuildGraph(structure, settings), null);
        }

        if (CudaCrystals.Error(structure, status, _badSite[s], _badValue[s]) is { } error)
        {
            return (null, error);
        }

        var (first, end) = (_atomBegin[s], _atomBegin[s + 1]);
        var bonds = _rowBegin[first].._rowBegin[end];
        var (from, count) = (_rowBegin[first], _rowBegin[end] - _rowBegin[first]);
        return (new CrystalGraph(
            structure.AtomicNumbers.ToArray(),
            [.. _rowBegin[first..(end + 1)].Select(begin => begin - from)],
            [.. _source[bonds].Select(atom => atom - first)],
            _shift.AsSpan(3 * from, 3 * count).ToArray(),
            _displacement.AsSpan(3 * from, 3 * count).ToArray(),
            _distance[bonds],
            _multiplicity[bonds],
            [
                .. _sites[first..end].Select(site => new SiteNeighborhood(
                    site.Kept, site.ShellRadius, site.TiesKept, site.TiesDropped, site.GapAfterCut, site.CoincidentSkipped)),
            ],
            _cutoff[s]), null);
    }

    public void Dispose()
    {
        _arena.Dispose();
        _scratch.Dispose();
    }
}
