using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Cuda;
using Migrate.Graphs.Diagnostics;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>From crystals to outputs on the device: graphs and network are one CUDA graph, and nothing comes back in between.</summary>
public sealed unsafe partial class CudaInferencePlan
{
    private CudaGraphBuilder? _builder;
    private CudaGraphScratchBuffers? _scratch;
    private CpuGraphKernels? _cpu;
    private nint _structurePass;
    private bool _structuresWarm;
    private GraphSettings? _passSettings;
    private Ratios _ratios;

    /// <summary>Relations and bonds an atom, triplets a bond, that room is made for: a guess, then what was seen and a little more.</summary>
    private readonly record struct Ratios(int Neighbors, double Relations, double Bonds, double Triplets)
    {
        public static Ratios Guess(int neighbors) => new(neighbors, (1.15 * neighbors) + 2, (1.25 * neighbors) + 2, (1.25 * neighbors) + 2);
    }

    /// <inheritdoc/>
    public long BytesPerAtom(GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const int ScratchPerAtom = 300, ScratchPerBond = 80;
        var ratios = RatiosFor(settings);
        return (long)((ratios.Bonds * (BytesPerBond + ScratchPerBond + (ratios.Triplets * BytesPerTriplet))) + BytesPerBond + ScratchPerAtom);
    }

    /// <inheritdoc/>
    /// <exception cref="CudaOutOfMemoryException">One structure alone needs more memory than the device has.</exception>
    public IReadOnlyList<(double Value, InvalidInputException? Error)> Forward(
        IReadOnlyList<Structure> structures, int imageCount, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(structures);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (structures.Count == 0)
        {
            return [];
        }

        lock (_pass)
        {
            _device.MakeCurrent();
            _builder ??= new CudaGraphBuilder(_device);
            return Run(structures, imageCount, settings);
        }
    }

    private Ratios RatiosFor(GraphSettings settings) =>
        _ratios.Neighbors == settings.Neighbors ? _ratios : _ratios = Ratios.Guess(settings.Neighbors);

    private (double Value, InvalidInputException? Error)[] Run(IReadOnlyList<Structure> structures, int imageCount, GraphSettings settings)
    {
        var atoms = structures.Sum(s => s.Count);
        while (true)
        {
            var ratios = RatiosFor(settings);
            try
            {
                Reserve(new CudaGraphCapacity(structures.Count, atoms, 0, 0, 0).Scaled(ratios.Relations, ratios.Bonds, ratios.Triplets));
            }
            catch (CudaOutOfMemoryException) when (structures.Count > 1)
            {
                // Half of the batch gets buffers of its own size.
                ReleaseBuffers();
                var half = structures.Count / 2;
                Notice?.Invoke($"the GPU has no memory for a batch of {structures.Count} structures ({atoms:n0} atoms); it is halved");
                return [.. Run([.. structures.Take(half)], imageCount, settings), .. Run([.. structures.Skip(half)], imageCount, settings)];
            }

            using (MigrateEvents.Log.Stage("upload", "", new StageWork(structures.Count)))
            {
                Upload(structures, atoms, imageCount);
            }

            LaunchStructures(new CudaCapacity(structures.Count, atoms, 0, 0), settings);
            var values = Download(structures.Count);
            if (HadRoom(atoms, settings))
            {
                return Outcomes(structures, values, imageCount, settings);
            }
        }
    }

    // Plan buffers and scratch that go together.
    private void Reserve(CudaGraphCapacity capacity)
    {
        Reserve(new CudaCapacity(capacity.Structures, capacity.Atoms, (int)capacity.Bonds, (int)capacity.Triplets));
        var buffers = _buffers!.Capacity;
        if (_scratch is { } there && there.Capacity.Relations >= capacity.Relations && there.Capacity.Structures >= buffers.Structures
            && there.Capacity.Atoms >= buffers.Atoms && there.Capacity.Bonds == buffers.Bonds && there.Capacity.Triplets == buffers.Triplets)
        {
            return;
        }

        var relations = Math.Max(capacity.Relations, _scratch?.Capacity.Relations ?? 0);
        ForgetStructurePass();
        _scratch?.Dispose();
        _scratch = null;
        _scratch = new CudaGraphScratchBuffers(
            _device, new CudaGraphCapacity(buffers.Structures, buffers.Atoms, relations, buffers.Bonds, buffers.Triplets));
    }

    private void Upload(IReadOnlyList<Structure> structures, int atoms, int imageCount)
    {
        var crystals = (CudaCrystals.Bytes(structures.Count, atoms) + 7) / 8 * 8;
        var host = _host.Take(crystals + ((atoms + (2L * structures.Count)) * sizeof(int)));
        var key = (int*)(host + crystals);
        var poolBegin = key + atoms;
        var poolCount = poolBegin + structures.Count;
        var atom = 0;
        for (var s = 0; s < structures.Count; s++)
        {
            var numbers = structures[s].AtomicNumbers;
            for (var i = 0; i < numbers.Length; i++)
            {
                key[atom + i] = _network.Species.Key(numbers[i], i, imageCount);
            }

            (poolBegin[s], poolCount[s]) = (atom, _options.Readout.PooledAtoms(Math.Min(imageCount, numbers.Length), numbers.Length));
            atom += numbers.Length;
        }

        CudaCrystals.Upload(structures, atoms, _scratch!, _buffers!.Counts, host, _device, _stream);
        var driver = _device.Driver;
        driver.CopyToDevice((nint)_buffers.Key, key, (long)atoms * sizeof(int), _stream);
        driver.CopyToDevice((nint)_buffers.PoolBegin, poolBegin, (long)structures.Count * sizeof(int), _stream);
        driver.CopyToDevice((nint)_buffers.PoolCount, poolCount, (long)structures.Count * sizeof(int), _stream);
    }

    private void LaunchStructures(CudaCapacity sizes, GraphSettings settings)
    {
        var (buffers, scratch) = (_buffers!, _scratch!);
        var species = _network.Species.Table(out var moved);
        if (moved)
        {
            ForgetPasses();
        }

        if (_passSettings != settings)
        {
            ForgetStructurePass();
            _passSettings = settings;
        }

        var to = new CudaGraphOutputs
        {
            Counts = buffers.Counts,
            RowBegin = buffers.BondRowBegin,
            Source = buffers.BondSource,
            BondWeight = buffers.BondWeight,
            BondPosition = buffers.BondPosition,
            TripletBegin = buffers.TripletRowBegin,
            TripletPosition = buffers.TripletPosition,
        };
        var (bonds, angles) = (AbscissaOf(_network.Bonds), AbscissaOf(_network.Angles));
        _structurePass = Launch(_structurePass, ref _structuresWarm, stages =>
        {
            stages.Run("graph", "", new StageWork(sizes.Structures), () => _builder!.Enqueue(scratch, settings, to, bonds, angles, _stream));
            if (MigrateEvents.Log.IsEnabled())
            {
                var counts = new CudaDownload(_device, _stream).Array<int>(buffers.Counts, 4);
                sizes = sizes with { Bonds = counts[1], Triplets = counts[2] };
            }

            _network.Enqueue(buffers, species, sizes, stages, _stream);
        });
    }

    private static CudaAbscissa AbscissaOf(CudaTable? table) =>
        table is null ? CudaAbscissa.None : new CudaAbscissa(table.Low, table.Spacing, table.Intervals);

    // False where the arrays were too small, and then makes room for what was counted.
    private bool HadRoom(int atoms, GraphSettings settings)
    {
        var totals = new CudaDownload(_device, _stream).Array<long>(_scratch!.Totals, 3);
        var (capacity, ratios) = (_scratch.Capacity, RatiosFor(settings));
        const double More = 1.02;
        if (totals[0] > capacity.Relations)
        {
            // How many bonds that makes is not known yet: at most two each.
            _ratios = ratios with { Relations = More * totals[0] / atoms, Bonds = Math.Max(ratios.Bonds, 1.3 * totals[0] / atoms) };
            return false;
        }

        if (totals[1] > capacity.Bonds)
        {
            _ratios = ratios with { Bonds = More * totals[1] / atoms };
            return false;
        }

        if (totals[2] > capacity.Triplets)
        {
            _ratios = ratios with { Triplets = More * totals[2] / atoms / ratios.Bonds };
            return false;
        }

        return true;
    }

    private (double Value, InvalidInputException? Error)[] Outcomes(
        IReadOnlyList<Structure> structures, double[] values, int imageCount, GraphSettings settings)
    {
        var download = new CudaDownload(_device, _stream);
        var status = download.Array<int>(_scratch!.Status, structures.Count);
        var outcomes = new (double Value, InvalidInputException? Error)[structures.Count];
        int[] badSite = [];
        double[] badValue = [];
        if (status.AsSpan().ContainsAnyExcept((int)CudaStructureStatus.Ok))
        {
            (badSite, badValue) = (download.Array<int>(_scratch.BadSite, structures.Count), download.Array<double>(_scratch.BadValue, structures.Count));
        }

        for (var s = 0; s < structures.Count; s++)
        {
            outcomes[s] = (CudaStructureStatus)status[s] switch
            {
                CudaStructureStatus.Ok => (values[s], null),
                CudaStructureStatus.TooSkewed => OnCpu(structures[s], imageCount, settings),
                var other => (double.NaN, CudaCrystals.Error(structures[s], other, badSite[s], badValue[s])),
            };
        }

        return outcomes;
    }

    // A cell so skewed that the device does not search it.
    private (double Value, InvalidInputException? Error) OnCpu(Structure structure, int imageCount, GraphSettings settings)
    {
        _cpu ??= new CpuGraphKernels();
        try
        {
            var crystal = _cpu.BuildGraph(structure, settings);
            return (Run([new BandGraph(crystal, _cpu.BuildLineGraph(crystal), imageCount)])[0], null);
        }
        catch (InvalidInputException e)
        {
            return (double.NaN, e);
        }
    }

    private void ReleaseBuffers()
    {
        ForgetPasses();
        _scratch?.Dispose();
        _scratch = null;
        _buffers?.Dispose();
        _buffers = null;
    }

    private void ForgetStructurePass()
    {
        if (_structurePass != 0)
        {
            _device.Driver.DestroyGraph(_structurePass);
            _structurePass = 0;
        }
    }
}
