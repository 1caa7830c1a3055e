using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Where the graphs of a batch go, on the device. What may be null is left out.</summary>
internal unsafe struct CudaGraphOutputs
{
    /// <summary>[4] atoms and structures are there; bonds and triplets come.</summary>
    public int* Counts;

    /// <summary>[N + 1].</summary>
    public int* RowBegin;

    /// <summary>[B].</summary>
    public int* Source;

    /// <summary>[B, 3] or null.</summary>
    public int* Shift;

    /// <summary>[B] multiplicity, or null.</summary>
    public float* BondWeight;

    /// <summary>[B] abscissa in a table of lengths, or null.</summary>
    public double* BondPosition;

    /// <summary>[B + 1].</summary>
    public int* TripletBegin;

    /// <summary>[T] or null.</summary>
    public int* TripletSource;

    /// <summary>[T] or null.</summary>
    public double* Cosine;

    /// <summary>[T] or null.</summary>
    public byte* Copies;

    /// <summary>[T] abscissa in a table of cosines, or null.</summary>
    public double* TripletPosition;
}

/// <summary>A table's abscissas: (number − low) / spacing, 0 to intervals.</summary>
internal readonly record struct CudaAbscissa(double Low, double Spacing, int Intervals)
{
    /// <summary>For those who want none.</summary>
    public static CudaAbscissa None => new(0, 1, 1);
}

/// <summary>Queues the kernels that build the graphs of a batch: native/cuda/graph_arguments.hpp has the table of them.</summary>
internal sealed unsafe class CudaGraphBuilder(CudaDevice device)
{
    private readonly CudaKernel<CudaSearchArguments> _prepare = new(device, CudaSearchArguments.Prepare);
    private readonly CudaKernel<CudaSearchArguments> _countBins = new(device, CudaSearchArguments.CountBins);
    private readonly CudaKernel<CudaSearchArguments> _scanBins = new(device, CudaSearchArguments.ScanBins);
    private readonly CudaKernel<CudaSearchArguments> _fillBins = new(device, CudaSearchArguments.FillBins);
    private readonly CudaKernel<CudaGraphArguments> _findShells = new(device, CudaGraphArguments.FindShells);
    private readonly CudaKernel<CudaGraphArguments> _closeShells = new(device, CudaGraphArguments.CloseShells);
    private readonly CudaKernel<CudaGraphArguments> _keepRelations = new(device, CudaGraphArguments.KeepRelations);
    private readonly CudaKernel<CudaGraphArguments> _countBonds = new(device, CudaGraphArguments.CountBonds);
    private readonly CudaKernel<CudaGraphArguments> _placeBonds = new(device, CudaGraphArguments.PlaceBonds);
    private readonly CudaKernel<CudaGraphArguments> _finishBonds = new(device, CudaGraphArguments.FinishBonds);
    private readonly CudaKernel<CudaTripletArguments> _countTriplets = new(device, CudaTripletArguments.Counting);
    private readonly CudaKernel<CudaTripletArguments> _fillTriplets = new(device, CudaTripletArguments.Filling);
    private readonly CudaKernel<CudaNeighborArguments> _countNeighbors = new(device, CudaNeighborArguments.Counting);
    private readonly CudaKernel<CudaNeighborArguments> _closeNeighbors = new(device, CudaNeighborArguments.Closing);
    private readonly CudaKernel<CudaNeighborArguments> _fillNeighbors = new(device, CudaNeighborArguments.Filling);
    private readonly CudaKernel<CudaScanArguments> _scanSum = new(device, CudaScanArguments.Summing);
    private readonly CudaKernel<CudaScanArguments> _scanChunks = new(device, CudaScanArguments.Joining);
    private readonly CudaKernel<CudaScanArguments> _scanWrite = new(device, CudaScanArguments.Writing);
    private readonly CudaKernel<CudaCountsArguments> _noteCounts = new(device, CudaCountsArguments.Noting);

    /// <summary>Queues crystal graphs and line graphs of a batch whose crystals are on the device.</summary>
    /// <param name="scratch">Crystals and scratch.</param>
    /// <param name="settings">How to build.</param>
    /// <param name="to">Where the graphs go.</param>
    /// <param name="bonds">Table of bond lengths.</param>
    /// <param name="triplets">Table of cosines.</param>
    /// <param name="stream">The stream.</param>
    public void Enqueue(
        CudaGraphScratchBuffers scratch, GraphSettings settings, in CudaGraphOutputs to, CudaAbscissa bonds, CudaAbscissa triplets, nint stream)
    {
        var graph = new CudaGraphArguments
        {
            Search = Search(scratch, to.Counts, settings.Cutoff, settings.Neighbors, settings.Ties == TiePolicy.Published ? 0 : 1),
            Sites = scratch.Sites,
            CutoffUsed = scratch.CutoffUsed,
            Radius = scratch.Radius,
            RelationBegin = scratch.RelationBegin,
            Relations = scratch.Relations,
            Entering = scratch.Entering,
            RowBegin = to.RowBegin,
            Source = to.Source,
            Shift = to.Shift,
            Displacement = scratch.Displacement,
            Distance = scratch.Distance,
            Multiplicity = scratch.Multiplicity,
            Weight = to.BondWeight,
            Position = to.BondPosition,
            ShellTolerance = settings.ShellTolerance,
            Low = bonds.Low,
            Spacing = bonds.Spacing,
            Intervals = bonds.Intervals,
            RelationPolicy = settings.Relations == RelationPolicy.Duplicated ? 0 : 1,
        };
        EnqueueSearch(graph.Search, stream);
        var shells = CudaGraphArguments.FindShells.SharedBytes;
        _findShells.Launch(graph, _findShells.ResidentBlocks(shells), stream, shells);
        Run(_closeShells, graph, stream);
        Scan(to.Counts, scratch.Count, scratch.RelationBegin, scratch, scratch.Totals, scratch.Capacity.Relations, stream);
        Run(_keepRelations, graph, stream);
        Run(_countBonds, graph, stream);
        Scan(to.Counts, scratch.Count, to.RowBegin, scratch, scratch.Totals + 1, scratch.Capacity.Bonds, stream);
        Run(_placeBonds, graph, stream);
        Run(_finishBonds, graph, stream);
        var counts = new CudaCountsArguments { Counts = to.Counts, RowBegin = to.RowBegin };
        _noteCounts.Launch(counts, 1, stream);
        var lines = new CudaTripletArguments
        {
            Atoms = to.Counts,
            RowBegin = to.RowBegin,
            Source = to.Source,
            Displacement = scratch.Displacement,
            Distance = scratch.Distance,
            Multiplicity = scratch.Multiplicity,
            TripletBegin = to.TripletBegin,
            TripletSource = to.TripletSource,
            Cosine = to.Cosine,
            Copies = to.Copies,
            Position = to.TripletPosition,
            Low = triplets.Low,
            Spacing = triplets.Spacing,
            Intervals = triplets.Intervals,
        };
        Run(_countTriplets, lines, stream);
        Scan(to.Counts + 1, to.TripletBegin, to.TripletBegin, scratch, scratch.Totals + 2, scratch.Capacity.Triplets, stream);
        Run(_fillTriplets, lines, stream);
        counts.TripletBegin = to.TripletBegin;
        _noteCounts.Launch(counts, 1, stream);
    }

    /// <summary>Queues the list of all pairs within a cutoff; `pairs` brings the outputs.</summary>
    public void EnqueuePairs(CudaGraphScratchBuffers scratch, int* counts, double cutoff, CudaNeighborArguments pairs, long capacity, nint stream)
    {
        pairs.Search = Search(scratch, counts, cutoff, 0, ties: 1);
        EnqueueSearch(pairs.Search, stream);
        Run(_countNeighbors, pairs, stream);
        Run(_closeNeighbors, pairs, stream);
        Scan(counts, scratch.Count, pairs.RowBegin, scratch, scratch.Totals, capacity, stream);
        Run(_fillNeighbors, pairs, stream);
    }

    private static CudaSearchArguments Search(CudaGraphScratchBuffers scratch, int* counts, double cutoff, int neighbors, int ties) => new()
    {
        Structures = counts + 3,
        AtomBegin = scratch.AtomBegin,
        Lattice = scratch.Lattice,
        Fractional = scratch.Fractional,
        Structure = scratch.Structure,
        Status = scratch.Status,
        BadSite = scratch.BadSite,
        BadValue = scratch.BadValue,
        Count = scratch.Count,
        Cells = scratch.Cells,
        Bins = scratch.Bins,
        Slots = scratch.Slots,
        Cutoff = cutoff,
        Neighbors = neighbors,
        Ties = ties,
    };

    private static void Run<T>(CudaKernel<T> kernel, in T arguments, nint stream)
        where T : unmanaged => kernel.Launch(arguments, kernel.ResidentBlocks(), stream);

    private void EnqueueSearch(in CudaSearchArguments search, nint stream)
    {
        Run(_prepare, search, stream);
        Run(_countBins, search, stream);
        Run(_scanBins, search, stream);
        Run(_fillBins, search, stream);
    }

    private void Scan(int* length, int* count, int* begin, CudaGraphScratchBuffers scratch, long* total, long capacity, nint stream)
    {
        var scan = new CudaScanArguments { Length = length, Count = count, Begin = begin, Chunks = scratch.Chunks, Total = total, Capacity = capacity };
        Run(_scanSum, scan, stream);
        _scanChunks.Launch(scan, 1, stream, CudaScanArguments.Joining.SharedBytes);
        Run(_scanWrite, scan, stream);
    }
}
