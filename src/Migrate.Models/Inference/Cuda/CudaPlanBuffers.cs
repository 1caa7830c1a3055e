using Migrate.Graphs;
using Migrate.Graphs.Cuda;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>How much a plan's buffers hold.</summary>
internal readonly record struct CudaCapacity(int Structures, int Atoms, int Bonds, int Triplets)
{
    /// <summary>Sizes of a batch.</summary>
    public static CudaCapacity Of(IReadOnlyList<BandGraph> graphs) => new(
        graphs.Count, graphs.Sum(g => g.Crystal.AtomCount), graphs.Sum(g => g.Crystal.BondCount), graphs.Sum(g => g.Line.TripletCount));

    /// <summary>True if a batch of those sizes fits.</summary>
    public bool Holds(CudaCapacity other) =>
        Structures >= other.Structures && Atoms >= other.Atoms && Bonds >= other.Bonds && Triplets >= other.Triplets;

    /// <summary>Enough for both, and a little more where it has to grow: a slightly larger batch shall not need new ones.</summary>
    public CudaCapacity Grown(CudaCapacity to) => new(
        Grown(Structures, to.Structures), Grown(Atoms, to.Atoms), Grown(Bonds, to.Bonds), Grown(Triplets, to.Triplets));

    private static int Grown(int has, int needs) => needs <= has ? has : (int)Math.Min(int.MaxValue, needs + ((long)needs / 8));
}

/// <summary>Everything on the device that a pass reads and writes, as one allocation; and the pass itself as a CUDA graph.</summary>
internal sealed unsafe class CudaPlanBuffers : IDisposable
{
    /// <summary>Numbers of the head's hidden layers, padded.</summary>
    public const int HeadStride = AlignnOptions.HeadFeatures;

    /// <summary>Numbers of an output row, of which the first counts.</summary>
    public const int OutputStride = CudaNumbers.Padding;

    private readonly CudaDevice _device;
    private readonly CudaArena _arena = new();

    /// <exception cref="CudaOutOfMemoryException">There is not enough memory.</exception>
    public CudaPlanBuffers(CudaDevice device, CudaCapacity capacity, int stride, bool halfRows, bool halfGathered)
    {
        (_device, Capacity) = (device, capacity);
        var (s, a, b, t) = (capacity.Structures, capacity.Atoms, capacity.Bonds, capacity.Triplets);
        var nodes = (long)Math.Max(a, b);
        _arena.Ask<int>(4);
        _arena.Ask<int>(a + 1L);
        _arena.Ask<int>(b);
        _arena.Ask<float>(b);
        _arena.Ask<double>(b);
        _arena.Ask<int>(b + 1L);
        _arena.Ask<double>(t);
        _arena.Ask<int>(a);
        _arena.Ask<int>(s);
        _arena.Ask<int>(s);
        _arena.Ask<float>((long)a * stride);
        _arena.Ask<float>((long)b * stride);
        _arena.AskBytes((long)t * stride * (halfRows ? 2 : sizeof(float)));
        _arena.AskBytes(2 * nodes * stride * (halfGathered ? 2 : sizeof(float)));
        _arena.Ask<float>(2 * nodes * stride);
        _arena.Ask<float>((long)s * stride);
        _arena.Ask<float>((long)s * HeadStride);
        _arena.Ask<float>((long)s * HeadStride);
        _arena.Ask<float>((long)s * OutputStride);
        _arena.AskBytes(128);
        _arena.Allocate(device);
        Counts = (int*)_arena.Take();
        BondRowBegin = (int*)_arena.Take();
        BondSource = (int*)_arena.Take();
        BondWeight = (float*)_arena.Take();
        BondPosition = (double*)_arena.Take();
        TripletRowBegin = (int*)_arena.Take();
        TripletPosition = (double*)_arena.Take();
        Key = (int*)_arena.Take();
        PoolBegin = (int*)_arena.Take();
        PoolCount = (int*)_arena.Take();
        Atoms = (float*)_arena.Take();
        Bonds = (float*)_arena.Take();
        Triplets = _arena.Take();
        Gathered = _arena.Take();
        Own = (float*)_arena.Take();
        Pooled = (float*)_arena.Take();
        Hidden1 = (float*)_arena.Take();
        Hidden2 = (float*)_arena.Take();
        Output = (float*)_arena.Take();
        TripletMap = _arena.Take();
    }

    public CudaCapacity Capacity { get; }

    /// <summary>[4] atoms, bonds, triplets, structures.</summary>
    public int* Counts { get; }

    public int* AtomCount => Counts;

    public int* BondCount => Counts + 1;

    public int* StructureCount => Counts + 3;

    /// <summary>[atoms + 1] and so on: see PlanBatch. The line graph is implicit.</summary>
    public int* BondRowBegin { get; }

    public int* BondSource { get; }

    public float* BondWeight { get; }

    public double* BondPosition { get; }

    public int* TripletRowBegin { get; }

    public double* TripletPosition { get; }

    /// <summary>[atoms] row of the species table.</summary>
    public int* Key { get; }

    public int* PoolBegin { get; }

    public int* PoolCount { get; }

    public float* Atoms { get; }

    public float* Bonds { get; }

    /// <summary>[triplets, stride] float or bf16.</summary>
    public void* Triplets { get; }

    /// <summary>[atoms or bonds, 2, stride] P and M.</summary>
    public void* Gathered { get; }

    /// <summary>[atoms or bonds, 2, stride] Q and U.</summary>
    public float* Own { get; }

    public float* Pooled { get; }

    public float* Hidden1 { get; }

    public float* Hidden2 { get; }

    public float* Output { get; }

    /// <summary>128 bytes: tensor map of the triplet rows.</summary>
    public void* TripletMap { get; }

    /// <summary>The pass as a CUDA graph, or 0 where it has not been captured.</summary>
    public nint Pass { get; set; }

    /// <summary>A convolution from atom to atom, but for the layer's part.</summary>
    public CudaEdgeGatedArguments CrystalCall(bool wantEdges) => new()
    {
        NodeCount = AtomCount,
        RowBegin = BondRowBegin,
        Source = BondSource,
        Weight = BondWeight,
        Gathered = Gathered,
        Own = Own,
        Nodes = Atoms,
        Edges = Bonds,
        Position = BondPosition,
        WantEdges = wantEdges ? 1 : 0,
    };

    /// <summary>The same from bond to bond, on the implicit line graph.</summary>
    public CudaEdgeGatedArguments LineCall(bool wantEdges) => new()
    {
        NodeCount = BondCount,
        RowBegin = TripletRowBegin,
        BondRowBegin = BondRowBegin,
        BondSource = BondSource,
        BondWeight = BondWeight,
        Gathered = Gathered,
        Own = Own,
        Nodes = Bonds,
        Edges = Triplets,
        EdgeMap = TripletMap,
        Position = TripletPosition,
        WantEdges = wantEdges ? 1 : 0,
    };

    /// <summary>To be called when what the graph points to has moved.</summary>
    public void ForgetPass()
    {
        if (Pass != 0)
        {
            _device.Driver.DestroyGraph(Pass);
            Pass = 0;
        }
    }

    public void Dispose()
    {
        ForgetPass();
        _arena.Dispose();
    }
}
