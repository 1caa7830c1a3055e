using Migrate.Native;
using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Input and scratch of the graph kernels for batches up to a capacity, and what comes back of them.</summary>
internal sealed unsafe class CudaGraphScratchBuffers : IDisposable
{
    private readonly CudaArena _arena = new();

    /// <exception cref="CudaOutOfMemoryException">There is not enough memory.</exception>
    public CudaGraphScratchBuffers(CudaDevice device, CudaGraphCapacity capacity)
    {
        Capacity = capacity;
        var (s, n, r, b) = ((long)capacity.Structures, (long)capacity.Atoms, capacity.Relations, capacity.Bonds);
        var chunks = (Math.Max(n, b) / CudaGraphScratch.ScanChunk) + 1;
        _arena.Ask<int>(s + 1);
        _arena.Ask<double>(9 * s);
        _arena.Ask<double>(3 * n);
        _arena.Ask<int>(n);
        _arena.Ask<int>(s);
        _arena.Ask<int>(s);
        _arena.Ask<double>(s);
        _arena.Ask<int>(n);
        _arena.AskBytes(s * CudaGraphScratch.CellBytes);
        _arena.Ask<int>(n + s);
        _arena.AskBytes(n * CudaGraphScratch.SlotBytes);
        _arena.Ask<NativeSite>(n);
        _arena.Ask<double>(s);
        _arena.Ask<double>(n);
        _arena.Ask<int>(n + 1);
        _arena.AskBytes(r * CudaGraphScratch.RelationBytes);
        _arena.AskBytes(b * CudaGraphScratch.RelationBytes);
        _arena.Ask<double>(3 * b);
        _arena.Ask<double>(b);
        _arena.Ask<byte>(b);
        _arena.Ask<long>(chunks);
        _arena.Ask<long>(3);
        _arena.Allocate(device);
        AtomBegin = (int*)_arena.Take();
        Lattice = (double*)_arena.Take();
        Fractional = (double*)_arena.Take();
        Structure = (int*)_arena.Take();
        Status = (CudaStructureStatus*)_arena.Take();
        BadSite = (int*)_arena.Take();
        BadValue = (double*)_arena.Take();
        Count = (int*)_arena.Take();
        Cells = _arena.Take();
        Bins = (int*)_arena.Take();
        Slots = _arena.Take();
        Sites = (NativeSite*)_arena.Take();
        CutoffUsed = (double*)_arena.Take();
        Radius = (double*)_arena.Take();
        RelationBegin = (int*)_arena.Take();
        Relations = _arena.Take();
        Entering = _arena.Take();
        Displacement = (double*)_arena.Take();
        Distance = (double*)_arena.Take();
        Multiplicity = (byte*)_arena.Take();
        Chunks = (long*)_arena.Take();
        Totals = (long*)_arena.Take();
    }

    public CudaGraphCapacity Capacity { get; }

    public long Bytes => _arena.Bytes;

    public int* AtomBegin { get; }

    public double* Lattice { get; }

    public double* Fractional { get; }

    public int* Structure { get; }

    public CudaStructureStatus* Status { get; }

    public int* BadSite { get; }

    public double* BadValue { get; }

    public int* Count { get; }

    public void* Cells { get; }

    public int* Bins { get; }

    public void* Slots { get; }

    public NativeSite* Sites { get; }

    public double* CutoffUsed { get; }

    public double* Radius { get; }

    public int* RelationBegin { get; }

    public void* Relations { get; }

    public void* Entering { get; }

    public double* Displacement { get; }

    public double* Distance { get; }

    public byte* Multiplicity { get; }

    public long* Chunks { get; }

    /// <summary>[3] relations, bonds and triplets that there would be with room for all.</summary>
    public long* Totals { get; }

    public void Dispose() => _arena.Dispose();
}
