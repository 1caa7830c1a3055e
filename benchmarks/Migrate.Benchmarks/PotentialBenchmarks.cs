using BenchmarkDotNet.Attributes;
using Migrate.Crystals;
using Migrate.Potentials;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>
/// Energy and forces, neighbour lists included, of eight configurations of Li3OCl (a = 3.91 Å, displaced by 0.05 Å): one after another and as one batch on one
/// thread, by torch and by what is used (native kernels for M3GNet, torch for TensorNet), and as a batch on all processors. Needs published weights in the shared folder.
/// </summary>
public class PotentialBenchmarks
{
    private const int Configurations = 8;
    private const double LatticeConstant = 3.91, Displacement = 0.05;

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
        set_num_threads(1);
        var folder = SharedFolder.Require("data", "potentials", Potential);
        foreach (var (kernels, threads) in new[] { (PotentialKernels.Torch, 1), (PotentialKernels.Auto, 1), (PotentialKernels.Auto, 0) })
        {
            _potentials.Add(PotentialLoader.Open(folder, new PotentialOptions { Precision = Precision, Kernels = kernels, Threads = threads }));
        }

        var random = new Random(1);
        _structures = [.. Enumerable.Range(0, Configurations).Select(_ => Crystal(random, Atoms / 5))];
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

    // Antiperovskite: Cl at the corners, O in the centre, Li on the faces.
    private static Structure Crystal(Random random, int cells)
    {
        var (nx, ny) = (1, cells % 3 == 0 ? 5 : cells % 2 == 0 ? 2 : 1);
        var nz = cells / (nx * ny);
        (byte Number, Vector3D At)[] cell = [(17, new(0, 0, 0)), (8, new(0.5, 0.5, 0.5)), (3, new(0.5, 0.5, 0)), (3, new(0.5, 0, 0.5)), (3, new(0, 0.5, 0.5))];
        var (numbers, sites) = (new List<byte>(), new List<Vector3D>());
        Vector3D size = new(nx * LatticeConstant, ny * LatticeConstant, nz * LatticeConstant);
        double Away() => Displacement * ((2 * random.NextDouble()) - 1);
        for (var k = 0; k < cells; k++)
        {
            Vector3D corner = new(k % nx, k / nx % ny, k / (nx * ny));
            foreach (var (number, at) in cell)
            {
                var p = (corner + at) * LatticeConstant;
                numbers.Add(number);
                sites.Add(new((p.X + Away()) / size.X, (p.Y + Away()) / size.Y, (p.Z + Away()) / size.Z));
            }
        }

        return new Structure(new Lattice(new(size.X, 0, 0), new(0, size.Y, 0), new(0, 0, size.Z)), [.. numbers], [.. sites]);
    }
}
