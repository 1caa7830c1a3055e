using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Potentials;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Bands in, outputs out: everything between is what is timed.</summary>
internal interface IBandRunner : IDisposable
{
    /// <summary>[n_bands] raw outputs, in order, on the host.</summary>
    double[] Predict(IReadOnlyList<Band> bands);
}

/// <summary>Builds graphs and line graphs.</summary>
internal interface IGraphRunner : IDisposable
{
    /// <summary>Triplets of all structures; returns when they lie where the runner leaves them.</summary>
    long Build(IReadOnlyList<Structure> structures, GraphSettings settings);
}

/// <summary>One edge-gated convolution on the line graph of a batch, prepared.</summary>
internal interface IConvolutionRunner : IDisposable
{
    /// <summary>What one run has to do.</summary>
    ConvolutionWork Work { get; }

    /// <summary>Runs it and waits for the device.</summary>
    void Run();
}

/// <summary>The least that a convolution has to do.</summary>
/// <param name="Flops">Floating-point operations of its products.</param>
/// <param name="Bytes">Rows read once and written once.</param>
/// <param name="Arithmetic">Peak of its products.</param>
internal readonly record struct ConvolutionWork(double Flops, double Bytes, GpuPeak Arithmetic)
{
    /// <summary>Node and edge products, and the traffic of rows, of a convolution of all its parts.</summary>
    public static ConvolutionWork Of(long nodes, long edges, int hidden, int edgeBytes, GpuPeak arithmetic) => new(
        2.0 * hidden * hidden * ((4 * nodes) + edges), (double)hidden * ((2 * edges * edgeBytes) + (2 * nodes * sizeof(float))), arithmetic);
}

/// <summary>Peaks of a device.</summary>
internal enum GpuPeak
{
    Float32,
    TensorFloat32,
    BFloat16,
    MemoryCopy,
}

/// <summary>A way to run a trained network.</summary>
/// <param name="Name">For tables.</param>
/// <param name="Missing">Why it cannot run here, or null.</param>
/// <param name="Create">The network.</param>
internal sealed record ModelRunner(string Name, Func<string?> Missing, Func<CheckpointFiles, IBandModel> Create)
{
    /// <summary>From bands to outputs, where that is more than the network behind <see cref="CpuGraphKernels"/>.</summary>
    public Func<GpuContext, IBandRunner>? EndToEnd { get; init; }
}

/// <summary>A way to build graphs.</summary>
internal sealed record GraphRunner(string Name, Func<string?> Missing, Func<IGraphRunner> Create);

/// <summary>A way to run a convolution on the line graph of a batch.</summary>
internal sealed record ConvolutionRunner(string Name, Func<string?> Missing, Func<GraphBatch, BandGraph[], AlignnOptions, IConvolutionRunner> Create);

/// <summary>A way to train.</summary>
internal sealed record TrainingRunner(string Name, Func<string?> Missing, Func<IConvolutionKernels> Kernels, Func<Device> Place)
{
    /// <summary>Lets products run as TF32.</summary>
    public bool TensorFloat32 { get; init; }
}

/// <summary>A way to evaluate a published potential.</summary>
internal sealed record PotentialRunner(string Potential, string Name, Func<string?> Missing, Func<PotentialOptions> Options);
