using Migrate.Crystals;
using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Graphs and line graphs with cosines that are built on the device and stay there, again and again in the same arrays.</summary>
internal sealed unsafe class CudaResidentGraphs : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaGraphBuilder _builder;
    private readonly PinnedBuffer _host;
    private readonly nint _stream;
    private CudaGraphScratchBuffers? _scratch;
    private CudaArena? _arena;
    private CudaGraphOutputs _to;

    public CudaResidentGraphs(CudaDevice device)
    {
        device.MakeCurrent();
        (_device, _builder, _host, _stream) = (device, new CudaGraphBuilder(device), new PinnedBuffer(device), device.Driver.CreateStream());
    }

    /// <summary>Builds a batch and waits for it.</summary>
    /// <returns>Triplets.</returns>
    public long Build(IReadOnlyList<Structure> structures, GraphSettings settings)
    {
        _device.MakeCurrent();
        var atoms = structures.Sum(s => s.Count);
        while (true)
        {
            if (_scratch is null || _scratch.Capacity.Structures < structures.Count || _scratch.Capacity.Atoms < atoms)
            {
                Reserve(CudaGraphCapacity.Guess(structures.Count, atoms, settings.Neighbors));
            }

            CudaCrystals.Upload(structures, atoms, _scratch!, _to.Counts, _host.Take(CudaCrystals.Bytes(structures.Count, atoms)), _device, _stream);
            _builder.Enqueue(_scratch!, settings, _to, CudaAbscissa.None, CudaAbscissa.None, _stream);
            var totals = new CudaDownload(_device, _stream).Array<long>(_scratch!.Totals, 3);
            if (_scratch.Capacity.Holds(totals, out var needed))
            {
                return totals[2];
            }

            Reserve(needed);
        }
    }

    public void Dispose()
    {
        _device.MakeCurrent();
        _scratch?.Dispose();
        _arena?.Dispose();
        _host.Dispose();
        _device.Driver.DestroyStream(_stream);
    }

    private void Reserve(CudaGraphCapacity capacity)
    {
        _scratch?.Dispose();
        _arena?.Dispose();
        _scratch = new CudaGraphScratchBuffers(_device, capacity);
        _arena = new CudaArena();
        _arena.Ask<int>(4);
        _arena.Ask<int>(capacity.Atoms + 1L);
        _arena.Ask<int>(capacity.Bonds);
        _arena.Ask<int>(3 * capacity.Bonds);
        _arena.Ask<int>(capacity.Bonds + 1);
        _arena.Ask<int>(capacity.Triplets);
        _arena.Ask<double>(capacity.Triplets);
        _arena.Ask<byte>(capacity.Triplets);
        _arena.Allocate(_device);
        _to = new CudaGraphOutputs
        {
            Counts = (int*)_arena.Take(),
            RowBegin = (int*)_arena.Take(),
            Source = (int*)_arena.Take(),
            Shift = (int*)_arena.Take(),
            TripletBegin = (int*)_arena.Take(),
            TripletSource = (int*)_arena.Take(),
            Cosine = (double*)_arena.Take(),
            Copies = (byte*)_arena.Take(),
        };
    }
}
