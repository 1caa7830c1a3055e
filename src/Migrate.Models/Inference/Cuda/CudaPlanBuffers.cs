using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>How much a plan's buffers hold.</summary>
internal readonly record struct CudaCapacity(int Structures, int Atoms, int Bonds, int Triplets)
{
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
    private readonly DeviceBuffer _memory;

    /// <exception cref="CudaOutOfMemoryException">There is not enough memory.</exception>
    public CudaPlanBuffers(CudaDevice device, CudaCapacity capacity, int stride, bool halfRows, bool halfGathered)
    {
        (_device, Capacity) = (device, capacity);
        var (s, a, b, t) = (capacity.Structures, capacity.Atoms, capacity.Bonds, capacity.Triplets);
        var nodes = (long)Math.Max(a, b);
        long bytes = 0;
        long Place(long size)
        {
            var at = bytes;
            bytes += (Math.Max(size, 1) + 255) / 256 * 256;
            return at;
        }

        long[] places =
        [
            Place(4 * sizeof(int)), Place((a + 1L) * sizeof(int)), Place((long)b * sizeof(int)), Place((long)b * sizeof(float)),
            Place((long)b * sizeof(double)), Place((b + 1L) * sizeof(int)), Place((long)t * sizeof(double)), Place((long)a * sizeof(int)),
            Place((long)s * sizeof(int)), Place((long)s * sizeof(int)), Place((long)a * stride * sizeof(float)),
            Place((long)b * stride * sizeof(float)), Place((long)t * stride * (halfRows ? 2 : sizeof(float))),
            Place(2 * nodes * stride * (halfGathered ? 2 : sizeof(float))), Place(2 * nodes * stride * sizeof(float)),
            Place((long)s * stride * sizeof(float)), Place((long)s * HeadStride * sizeof(float)), Place((long)s * HeadStride * sizeof(float)),
            Place((long)s * OutputStride * sizeof(float)), Place(128),
        ];
        _memory = device.Memory.Rent(bytes);
        var start = (byte*)_memory.Pointer;
        var next = 0;
        byte* At() => start + places[next++];
        Counts = (int*)At();
        BondRowBegin = (int*)At();
        BondSource = (int*)At();
        BondWeight = (float*)At();
        BondPosition = (double*)At();
        TripletRowBegin = (int*)At();
        TripletPosition = (double*)At();
        Key = (int*)At();
        PoolBegin = (int*)At();
        PoolCount = (int*)At();
        Atoms = (float*)At();
        Bonds = (float*)At();
        Triplets = At();
        Gathered = At();
        Own = (float*)At();
        Pooled = (float*)At();
        Hidden1 = (float*)At();
        Hidden2 = (float*)At();
        Output = (float*)At();
        TripletMap = At();
    }

    public CudaCapacity Capacity { get; }

    public long Bytes => _memory.Bytes;

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
        _memory.Dispose();
    }
}
