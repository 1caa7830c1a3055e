using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Benchmarks.Gpu;

/// <summary>What the cases share within a process: settings, structures, model, and the memory in use before anything ran.</summary>
internal sealed class GpuContext(GpuSettings settings)
{
    private readonly long? _memoryBefore = DeviceMemory.Used();
    private readonly Lazy<Band[]> _bands = new(() => Load(settings));
    private readonly Lazy<CheckpointFiles> _model = new(() => CheckpointFiles.Read(settings.ModelFolder));

    public GpuSettings Settings { get; } = settings;

    /// <summary>The bands to measure with, as they come from their files.</summary>
    public IReadOnlyList<Band> Bands => _bands.Value;

    /// <summary>The checkpoint to measure with.</summary>
    public CheckpointFiles Model => _model.Value;

    /// <summary>Bytes that one batch may use.</summary>
    public long BatchMemory => Settings.BatchMemory > 0 ? Settings.BatchMemory : _memoryBefore is null ? 1L << 27 : 8L << 30;

    /// <summary>Rows of the cases before this one.</summary>
    public IReadOnlyList<GpuRow> Earlier { get; init; } = [];

    /// <summary>Device memory of this process so far, its context included; both allocators keep what they once took. Null without a GPU.</summary>
    public double? MemoryMiB() => DeviceMemory.Used() is { } now && _memoryBefore is { } before ? (now - before) / (double)(1 << 20) : null;

    /// <summary>A peak that an earlier case measured, in FLOP/s or bytes/s.</summary>
    public double? PeakOf(GpuPeak peak) => Earlier.FirstOrDefault(r => r.What == PeakCase.What && r.Runner == PeakCase.NameOf(peak))?.Value * 1e9;

    /// <summary>Graphs of that many bands, by the CPU kernels and the model's settings.</summary>
    public BandGraph[] Graphs(int count)
    {
        var kernels = new CpuGraphKernels();
        return [.. OrderedParallel.Map(Enumerable.Range(0, count).Select(i => Bands[i % Bands.Count]), band =>
        {
            var crystal = kernels.BuildGraph(band.Structure, Model.Config.Graph);
            return new BandGraph(crystal, kernels.BuildLineGraph(crystal), band.ImageCount);
        })];
    }

    private static Band[] Load(GpuSettings settings)
    {
        var all = Workload.Of(Sample.All);
        return settings.Bands > 0 ? [.. all.OrderBy(b => b.Structure.Count).Take(settings.Bands)] : all;
    }
}
