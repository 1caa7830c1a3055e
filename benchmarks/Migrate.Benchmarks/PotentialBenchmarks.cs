using BenchmarkDotNet.Attributes;
using Migrate.Crystals;
using Migrate.Native;
using Migrate.Potentials;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>
/// Energy and forces, neighbour lists included, of eight configurations (<see cref="PotentialWorkload"/>): one after another and as one batch on one
/// thread, by torch and by what is used (native kernels for M3GNet, torch for TensorNet), and as a batch on all processors. Needs published weights in the shared folder.
/// </summary>
public class PotentialBenchmarks
{
    private const int Configurations = 8;

    private readonly List<IPotential> _potentials = [];
    private Structure[] _structures = [];

    /// <summary>Folder of the weights.</summary>
    [Params("M3GNet-MP-2021.2.8-EFS", "TensorNet-MatPES-PBE-v2025.1-PES")]
    public string Potential { get; set; } = "";

    /// <summary>Atoms of a configuration.</summary>
    [Params(50, 150)]
    public int Atoms { get; set; }

    /// <summary>Precision of the potential.</summary>
    [Params(ScalarType.Float32, ScalarType.Float64)]
    public ScalarType Precision { get; set; }

    [GlobalSetup]
    public void Open()
    {
        // As `migrate neb` does: torch's large tensors else go back to the system after every operation.
        MemoryAllocator.KeepFreedMemory();
        set_num_threads(1);
        var folder = SharedFolder.Require("data", "potentials", Potential);
        foreach (var (kernels, threads) in new[] { (PotentialKernels.Torch, 1), (PotentialKernels.Auto, 1), (PotentialKernels.Auto, 0) })
        {
            _potentials.Add(PotentialLoader.Open(folder, new PotentialOptions { Precision = Precision, Kernels = kernels, Threads = threads }));
        }

        _structures = PotentialWorkload.Of(Configurations, Atoms);
    }

    [GlobalCleanup]
    public void Close()
    {
        _potentials.ForEach(p => p.Dispose());
        _potentials.Clear();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Configurations)]
    public double Torch_one_by_one() => _structures.Sum(s => _potentials[0].Evaluate([s])[0].Energy);

    [Benchmark(OperationsPerInvoke = Configurations)]
    public double One_by_one() => _structures.Sum(s => _potentials[1].Evaluate([s])[0].Energy);

    [Benchmark(OperationsPerInvoke = Configurations)]
    public double Batch() => _potentials[1].Evaluate(_structures).Sum(e => e.Energy);

    [Benchmark(OperationsPerInvoke = Configurations)]
    public double Batch_on_all_processors() => _potentials[2].Evaluate(_structures).Sum(e => e.Energy);
}
