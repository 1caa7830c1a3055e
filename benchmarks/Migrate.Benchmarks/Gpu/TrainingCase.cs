using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>One training step: forward in training mode, L1 loss, backward, AdamW; from a batch on the host.</summary>
internal static class TrainingCase
{
    public const string Memory = "training peak memory";

    public static GpuCase Create(TrainingRunner runner)
    {
        GpuCase? self = null;
        return self = new GpuCase("training step", runner.Name, runner.Missing, context => Run(context, runner, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, TrainingRunner runner, GpuCase self)
    {
        TorchDevice.AllowTensorFloat32(runner.TensorFloat32);
        random.manual_seed(1);
        var place = runner.Place();
        using var network = new Alignn(context.Model.Config.Model, runner.Kernels(), ScalarType.Float32, place);
        network.train();
        using var optimizer = new Training.AdamW(
            network.named_parameters().Select(p => (p.name, p.parameter)), 0.01, Training.AdamW.PublishedDecayGroup);
        var graphs = GraphBatch.Create(context.Graphs(context.Settings.BatchBands));
        var loss = 0.0;
        var timing = Timing.Of(() => loss = Step(network, optimizer, graphs, place), context.Settings.Seconds, warmUps: 2);
        yield return self.Row(
            1000 * timing.Median,
            "ms",
            $"{graphs.StructureCount} structures, {graphs.TripletCount} triplets; {timing.Spread}",
            new() { ["structuresPerSecond"] = graphs.StructureCount / timing.Median, ["lastLoss"] = loss });
        if (context.MemoryMiB() is { } mebibytes)
        {
            yield return self.Row(mebibytes, "MiB", "device memory of the process after the steps above", what: Memory);
        }
    }

    /// <summary>One step; returns the loss, which waits for the device.</summary>
    internal static double Step(Alignn network, Training.AdamW optimizer, GraphBatch graphs, Device place)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        using var batch = BandBatch.Create(graphs, network.Options, ScalarType.Float32, place);
        var loss = nn.functional.l1_loss(network.Forward(batch), zeros([batch.StructureCount], ScalarType.Float32, place));
        loss.backward();
        CpuConvolutionKernels.ThrowIfBackwardFailed();
        optimizer.Step(1e-4, 0.9);
        TorchDevice.Synchronize();
        return loss.item<float>();
    }
}
