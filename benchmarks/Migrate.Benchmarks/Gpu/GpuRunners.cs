using Migrate.Models;
using Migrate.Native.Cuda;
using Migrate.Potentials;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Everything that is measured against everything else. A new backend is one line in each list.</summary>
internal static class GpuRunners
{
    private static readonly Func<string?> Here = () => null;

    public static IReadOnlyList<ModelRunner> Models { get; } =
    [
        new("torch float32", Here, files => Torch(files, tensorFloat32: false)),
        new("torch tf32", TorchDevice.Missing, files => Torch(files, tensorFloat32: true)),
        new("cpu float32", Here, files => files.Compile()),
        new("cpu bfloat16", Here, files => files.Compile(new InferenceOptions { Precision = Precision.BFloat16 })),
        new("cuda float32", CudaRuntime.FindProblem, files => files.CompileCuda(new InferenceOptions { Precision = Precision.Float32 })),
        new("cuda tf32", CudaRuntime.FindProblem, files => files.CompileCuda(new InferenceOptions { Precision = Precision.TensorFloat32 })),
        new("cuda bfloat16", CudaRuntime.FindProblem, files => files.CompileCuda(new InferenceOptions { Precision = Precision.BFloat16 })),
    ];

    public static IReadOnlyList<GraphRunner> Graphs { get; } =
    [
        new("cpu", Here, () => new HostGraphRunner()),
        new("cuda", CudaRuntime.FindProblem, () => new CudaGraphRunner()),
    ];

    public static IReadOnlyList<ConvolutionRunner> Convolutions { get; } =
    [
        new("torch float32", Here, (batch, _, options) => new TorchConvolutionRunner(batch, options, tensorFloat32: false)),
        new("torch tf32", TorchDevice.Missing, (batch, _, options) => new TorchConvolutionRunner(batch, options, tensorFloat32: true)),
        new("cpu float32", Here, (_, graphs, options) => new HostConvolutionRunner(graphs, options)),
        new("cuda float32", CudaRuntime.FindProblem, (_, graphs, options) => new CudaConvolutionRunner(graphs, options, Precision.Float32)),
        new("cuda tf32", CudaRuntime.FindProblem, (_, graphs, options) => new CudaConvolutionRunner(graphs, options, Precision.TensorFloat32)),
        new("cuda bfloat16", CudaRuntime.FindProblem, (_, graphs, options) => new CudaConvolutionRunner(graphs, options, Precision.BFloat16)),
    ];

    public static IReadOnlyList<TrainingRunner> Trainings { get; } =
    [
        new("torch float32", Here, () => new TorchConvolutionKernels(), () => TorchDevice.Place),
        new("torch tf32", TorchDevice.Missing, () => new TorchConvolutionKernels(), () => TorchDevice.Place) { TensorFloat32 = true },
        new("cpu float32", Here, () => new CpuConvolutionKernels(), () => CPU),
        new("cuda float32", CudaRuntime.FindProblem, () => new CudaConvolutionKernels(CudaRuntime.Device), () => TorchDevice.Place),
        new("cuda tf32", NoCudaTensors, () => new CudaConvolutionKernels(CudaRuntime.Device), () => TorchDevice.Place) { TensorFloat32 = true },
    ];

    public static IReadOnlyList<PotentialRunner> Potentials { get; } =
    [
        .. PotentialsOf("M3GNet-MP-2021.2.8-EFS", nativeKernels: true),
        .. PotentialsOf("TensorNet-MatPES-PBE-v2025.1-PES", nativeKernels: false),
    ];

    /// <summary>Every case, in the order in which they run: what later ones read comes first.</summary>
    public static IReadOnlyList<GpuCase> Cases { get; } =
    [
        SmokeCase.Create(),
        PeakCase.Create(),
        ExchangeCase.Create(),
        .. Models.Select(InferenceCase.Create),
        .. Graphs.Select(GraphCase.Create),
        .. Convolutions.Select(ConvolutionCase.Create),
        .. Trainings.Select(TrainingCase.Create),
        .. Potentials.Select(PotentialCase.Create),
    ];

    // On the processor in parts on all cores; on the GPU by torch, which is the only one there.
    private static IEnumerable<PotentialRunner> PotentialsOf(string potential, bool nativeKernels)
    {
        foreach (var (precision, type) in new[] { ("float32", ScalarType.Float32), ("float64", ScalarType.Float64) })
        {
            yield return new(potential, $"torch cpu {precision}", Here, () => new() { Precision = type, Kernels = PotentialKernels.Torch, Threads = 0 });
            if (nativeKernels)
            {
                yield return new(potential, $"cpu {precision}", Here, () => new() { Precision = type, Threads = 0 });
            }

            yield return new(
                potential, $"torch cuda {precision}", TorchDevice.Missing, () => new() { Precision = type, Device = TorchDevice.Place, Kernels = PotentialKernels.Torch });
        }
    }

    private static string? NoCudaTensors() => CudaRuntime.FindProblem() ?? TorchDevice.Missing();

    private static TorchBandModel Torch(CheckpointFiles files, bool tensorFloat32)
    {
        TorchDevice.AllowTensorFloat32(tensorFloat32);
        return new TorchBandModel(Checkpoint.Load(files, ScalarType.Float32, TorchDevice.Place));
    }
}
