using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>
/// Whether TorchSharp's native part works with the libtorch at hand: a network by plain operations on torch's device, one by custom
/// autograd functions on the CPU, two training steps each, their parameters written and read again.
/// </summary>
internal static class SmokeCase
{
    public static GpuCase Create()
    {
        GpuCase? self = null;
        return self = new GpuCase("smoke", "torch", () => null, context => Run(context, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, GpuCase self)
    {
        var options = new AlignnOptions { HiddenFeatures = 16, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 };
        var graphs = GraphBatch.Create(context.Graphs(2));
        var plain = Train(options, new TorchConvolutionKernels(), TorchDevice.Place, graphs, context);
        var custom = Train(options, new CpuConvolutionKernels(), CPU, graphs, context);
        if (!double.IsFinite(plain) || Math.Abs(plain - custom) > 1e-3 * Math.Abs(plain))
        {
            throw new InvalidOperationException($"two training steps end at the losses {plain} and {custom}, which should be one");
        }

        yield return self.Row(plain, "loss", $"torch {__version__} on {TorchDevice.Name} and custom autograd functions on the CPU agree");
    }

    private static double Train(AlignnOptions options, IConvolutionKernels kernels, Device place, GraphBatch graphs, GpuContext context)
    {
        random.manual_seed(1);
        using var start = new Alignn(options, kernels, ScalarType.Float32, CPU);
        using var network = new Alignn(options, kernels, ScalarType.Float32, place);
        var file = Path.Combine(context.Settings.Exchange, $"smoke-{kernels.Name}.safetensors");
        StateDict.Save(file, StateDict.Of(start));
        StateDict.Load(file, StateDict.Of(network));
        File.Delete(file);
        network.CentersWereLoaded();
        network.train();
        using var optimizer = new Training.AdamW(
            network.named_parameters().Select(p => (p.name, p.parameter)), 0.01, Training.AdamW.PublishedDecayGroup);
        _ = TrainingCase.Step(network, optimizer, graphs, place);
        return TrainingCase.Step(network, optimizer, graphs, place);
    }
}
