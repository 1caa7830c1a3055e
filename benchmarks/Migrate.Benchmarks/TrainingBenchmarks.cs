using BenchmarkDotNet.Attributes;
using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Benchmarks;

/// <summary>
/// One training step (forward in training mode, L1 loss, backward, AdamW) on a batch of real bands, plain TorchSharp against the native
/// kernels, on unique bonds with multiplicities.
/// </summary>
public class TrainingBenchmarks
{
    private GraphBatch? _batch;
    private readonly List<Alignn> _networks = [];
    private readonly List<Training.AdamW> _optimizers = [];

    /// <summary>Hidden width: the published one and that of the shipped weights.</summary>
    [Params(48, 256)]
    public int Hidden { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _batch = GraphBatch.Create(NetworkWorkload.Graphs(Sample.Handful)[..4]);
        foreach (IConvolutionKernels kernels in new IConvolutionKernels[] { new TorchConvolutionKernels(), new CpuConvolutionKernels(MachinePeaks.Threads) })
        {
            var network = NetworkWorkload.Network(Hidden, kernels);
            network.train();
            _networks.Add(network);
            _optimizers.Add(new Training.AdamW(network.named_parameters().Select(p => (p.name, p.parameter)), 0.01, Training.AdamW.PublishedDecayGroup));
        }

        foreach (var (which, method) in new[] { (0, nameof(Torch)), (1, nameof(Cpu)) })
        {
            Step(which); // makes the optimizer's state
            MeasuredWork.NoteMemory(nameof(TrainingBenchmarks), method, $"{Hidden}", ResidentMemory.GrowthDuring(() => Step(which)));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _optimizers.ForEach(optimizer => optimizer.Dispose());
        _networks.ForEach(network => network.Dispose());
        _optimizers.Clear();
        _networks.Clear();
    }

    [Benchmark(Baseline = true)]
    public double Torch() => Step(0);

    [Benchmark]
    public double Cpu() => Step(1);

    private double Step(int which)
    {
        using var scope = NewDisposeScope();
        var network = _networks[which];
        _optimizers[which].ZeroGradients();
        using var batch = BandBatch.Create(_batch!, network.Options, ScalarType.Float32, CPU);
        var target = zeros([batch.StructureCount], ScalarType.Float32);
        var loss = nn.functional.l1_loss(network.Forward(batch), target);
        loss.backward();
        CpuConvolutionKernels.ThrowIfBackwardFailed();
        _optimizers[which].Step(1e-4, 0.9);
        return loss.item<float>();
    }
}
