using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Cuda;
using Migrate.Models;
using Migrate.Native.Cuda;

namespace Migrate.Benchmarks.Gpu;

/// <summary>The graph kernels of the GPU; graphs and line graphs stay on the device.</summary>
internal sealed class CudaGraphRunner : IGraphRunner
{
    private readonly CudaResidentGraphs _graphs = new(CudaRuntime.Device);

    public long Build(IReadOnlyList<Structure> structures, GraphSettings settings) => _graphs.Build(structures, settings);

    public void Dispose() => _graphs.Dispose();
}

/// <summary>The fused convolution of the CUDA plan on the implicit line graph of a batch.</summary>
internal sealed unsafe class CudaConvolutionRunner : IConvolutionRunner
{
    private readonly CudaDevice _device = CudaRuntime.Device;
    private readonly CudaNetworkKernels _kernels;
    private readonly CudaConvolutionLayer _layer;
    private readonly CudaPlanBuffers _buffers;
    private readonly nint _stream;

    public CudaConvolutionRunner(BandGraph[] graphs, AlignnOptions options, Precision precision)
    {
        _device.MakeCurrent();
        var half = precision == Precision.BFloat16;
        _kernels = new CudaNetworkKernels(_device, CudaNumbers.ArithmeticOf(precision), half);
        _stream = _device.Driver.CreateStream();
        using var network = FusedConvolution.CalmNetwork(options.HiddenFeatures);
        _layer = new CudaConvolutionLayer(_kernels, ModelWeights.Of(network), "alignn_layers.1.edge_update");
        var stride = CudaNumbers.Padded(options.HiddenFeatures);
        _kernels.UseHopper = half && HopperCheck.Passes(_kernels, stride, _stream, out _);
        var sizes = CudaCapacity.Of(graphs);
        _buffers = new CudaPlanBuffers(_device, sizes, stride, half, half);
        using var host = new PinnedBuffer(_device);
        using (var embedding = new CudaNetwork(_kernels, network.Options, ModelWeights.Of(network), 1e-3))
        {
            CudaBatch.Upload(graphs, sizes, network.Options, embedding, _buffers, host, _device, _stream);
            _device.Driver.Synchronize(_stream);
        }

        if (_kernels.UseHopper)
        {
            TensorMap.Write(_device, _buffers.TripletMap, _buffers.Triplets, stride, sizes.Triplets, _stream);
        }

        // Rows of small numbers, whatever their type.
        _device.Driver.Set((nint)_buffers.Bonds, 0x3D, (long)sizes.Bonds * stride * sizeof(float), _stream);
        _device.Driver.Set((nint)_buffers.Triplets, 0x3D, (long)sizes.Triplets * stride * (half ? 2 : sizeof(float)), _stream);
        Work = ConvolutionWork.Of(
            sizes.Bonds,
            sizes.Triplets,
            options.HiddenFeatures,
            half ? 2 : sizeof(float),
            precision switch { Precision.BFloat16 => GpuPeak.BFloat16, Precision.TensorFloat32 => GpuPeak.TensorFloat32, _ => GpuPeak.Float32 });
    }

    public ConvolutionWork Work { get; }

    public void Run()
    {
        var call = _buffers.LineCall(wantEdges: true);
        _layer.RunNodeSide(call.NodeCount, call.Nodes, call.Gathered, call.Own, _stream);
        _layer.RunEdgeSide(call, null, _kernels.HalfRows, _stream);
        _device.Driver.Synchronize(_stream);
    }

    public void Dispose()
    {
        _device.MakeCurrent();
        _layer.Dispose();
        _buffers.Dispose();
        _device.Driver.DestroyStream(_stream);
    }
}
