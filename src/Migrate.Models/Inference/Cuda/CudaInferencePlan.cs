using Migrate.Graphs;
using Migrate.Graphs.Diagnostics;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>
/// A network compiled for prediction on a GPU: batch norms folded, node-side products joined, embeddings in tables, line graphs implicit,
/// weights on the device, one pass over the triplets per layer, sums without atomics. Every batch runs in the same buffers, whose
/// sizes are read on the device, so the whole pass is one CUDA graph. Results do not depend on the grid nor on what else is in a batch, to
/// the last bit. A batch that does not fit into the device's memory is halved. Safe for use by several threads, one pass at a time.
/// </summary>
public sealed unsafe partial class CudaInferencePlan : IStructureModel
{
    private readonly Lock _pass = new();
    private readonly CudaDevice _device;
    private readonly AlignnOptions _options;
    private readonly CudaNetworkKernels _kernels;
    private readonly CudaNetwork _network;
    private readonly PinnedBuffer _host;
    private readonly nint _stream;
    private CudaPlanBuffers? _buffers;
    private bool _warm;

    private CudaInferencePlan(CudaDevice device, AlignnOptions model, ModelWeights weights, InferenceOptions options)
    {
        (_device, _options, Precision) = (device, model, options.Precision);
        var arithmetic = CudaNumbers.ArithmeticOf(options.Precision);
        if (CudaNetworkKernels.Problem(model) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        device.MakeCurrent();
        _kernels = new CudaNetworkKernels(device, arithmetic, halfRows: arithmetic == CudaArithmetic.BFloat16);
        _network = new CudaNetwork(_kernels, model, weights, options.TableTolerance);
        _host = new PinnedBuffer(device);
        _stream = device.Driver.CreateStream();
        var reason = "not for this precision";
        _kernels.UseHopper = _kernels.HalfRows && HopperCheck.Passes(_kernels, _network.Stride, _stream, out reason);
        HopperReason = reason;
    }

    /// <summary>Numbers it computes in.</summary>
    public Precision Precision { get; }

    /// <summary>Why the kernels for compute capability 9.0 alone are not used; empty where they are.</summary>
    public string HopperReason { get; }

    /// <summary>Told in one line when something had to be done otherwise than asked, as halving a batch.</summary>
    public Action<string>? Notice { get; set; }

    /// <summary>Largest error of the bond and angle tables relative to their largest value, as found half-way between their points.</summary>
    public double TableError => Math.Max(_network.Bonds.Error, _network.Angles?.Error ?? 0);

    /// <inheritdoc/>
    public string Name =>
        $"cuda ({_device.Name}, {Precision switch { Precision.BFloat16 => "bf16", Precision.TensorFloat32 => "tf32", _ => "float32" }}"
        + $"{(_kernels.UseHopper ? ", wgmma" : "")}, {_device.Binding})";

    /// <inheritdoc/>
    public long BytesPerTriplet => ((long)_network.Stride * (_kernels.HalfRows ? 2 : sizeof(float))) + sizeof(double);

    /// <inheritdoc/>
    public long BytesPerBond => (_network.Stride * ((3L * sizeof(float)) + (_kernels.HalfRows ? 4 : 8))) + 24;

    /// <summary>Compiles a network for the GPU of <see cref="CudaRuntime"/>.</summary>
    /// <param name="model">Its sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="options">How to compute; null for float32.</param>
    /// <exception cref="ArgumentException">The sizes or the precision are not for the CUDA kernels.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no GPU that can be used; the message says why.</exception>
    public static CudaInferencePlan Compile(AlignnOptions model, ModelWeights weights, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        model.Validate();
        return new CudaInferencePlan(CudaRuntime.Device, model, weights, options ?? new InferenceOptions());
    }

    /// <inheritdoc/>
    /// <exception cref="CudaOutOfMemoryException">One structure alone needs more memory than the device has.</exception>
    public double[] Forward(IReadOnlyList<BandGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        if (graphs.Count == 0)
        {
            return [];
        }

        lock (_pass)
        {
            _device.MakeCurrent();
            return Run(graphs);
        }
    }

    /// <summary>Frees everything on the device.</summary>
    public void Dispose()
    {
        lock (_pass)
        {
            _device.MakeCurrent();
            ReleaseBuffers();
            _network.Dispose();
            _host.Dispose();
            _device.Driver.DestroyStream(_stream);
        }
    }

    private double[] Run(IReadOnlyList<BandGraph> graphs)
    {
        var sizes = CudaCapacity.Of(graphs);
        try
        {
            Reserve(sizes);
        }
        catch (CudaOutOfMemoryException) when (graphs.Count > 1)
        {
            ReleaseBuffers();
            var half = graphs.Count / 2;
            Notice?.Invoke($"the GPU has no memory for a batch of {graphs.Count} structures ({sizes.Triplets:n0} triplets); it is halved");
            return [.. Run([.. graphs.Take(half)]), .. Run([.. graphs.Skip(half)])];
        }

        using (MigrateEvents.Log.Stage("upload", "", new StageWork(graphs.Count, sizes.Bonds, sizes.Triplets)))
        {
            CudaBatch.Upload(graphs, sizes, _options, _network, _buffers!, _host, _device, _stream);
        }

        var buffers = _buffers!;
        var species = _network.Species.Table(out var moved);
        if (moved)
        {
            ForgetPasses();
        }

        buffers.Pass = Launch(buffers.Pass, ref _warm, stages => _network.Enqueue(buffers, species, sizes, stages, _stream));
        return Download(graphs.Count);
    }

    // Buffers that hold the batch: the ones there are, or larger ones.
    private void Reserve(CudaCapacity sizes)
    {
        if (_buffers is { } there && there.Capacity.Holds(sizes))
        {
            return;
        }

        var capacity = (_buffers?.Capacity ?? default).Grown(sizes);
        ForgetPasses();
        _buffers?.Dispose();
        _buffers = null;
        try
        {
            _buffers = New(capacity);
        }
        catch (CudaOutOfMemoryException) when (capacity != sizes)
        {
            _buffers = New(sizes);
        }
    }

    private CudaPlanBuffers New(CudaCapacity capacity)
    {
        var buffers = new CudaPlanBuffers(_device, capacity, _network.Stride, _kernels.HalfRows, _kernels.HalfRows);
        if (_kernels.UseHopper && capacity.Triplets > 0)
        {
            TensorMap.Write(_device, buffers.TripletMap, buffers.Triplets, _network.Stride, capacity.Triplets, _stream);
        }

        return buffers;
    }

    // Launches a pass that was captured. The first time it is queued as it is, which loads its kernels (that must not happen while
    // something is captured), the second time it is captured. Where somebody listens to the events, its stages are queued one by one.
    private nint Launch(nint pass, ref bool warm, Action<CudaStages> enqueue)
    {
        using var stages = new CudaStages(_device, _stream, timed: MigrateEvents.Log.IsEnabled());
        if (MigrateEvents.Log.IsEnabled() || !warm)
        {
            enqueue(stages);
            warm = true;
            return pass;
        }

        if (pass == 0)
        {
            _device.Driver.BeginCapture(_stream);
            try
            {
                enqueue(stages);
            }
            catch
            {
                // Or the stream would capture for ever.
                _device.Driver.DestroyGraph(_device.Driver.EndCapture(_stream));
                throw;
            }

            pass = _device.Driver.EndCapture(_stream);
        }

        _device.Driver.LaunchGraph(pass, _stream);
        return pass;
    }

    // Where something that they point to has moved.
    private void ForgetPasses()
    {
        _buffers?.ForgetPass();
        ForgetStructurePass();
    }

    private double[] Download(int count)
    {
        using var stage = MigrateEvents.Log.Stage("download", "", new StageWork(count));
        var bytes = (long)count * CudaPlanBuffers.OutputStride * sizeof(float);
        var output = (float*)_host.Take(bytes);
        _device.Driver.CopyToHost(output, (nint)_buffers!.Output, bytes, _stream);
        _device.Driver.Synchronize(_stream);
        var results = new double[count];
        for (var s = 0; s < count; s++)
        {
            results[s] = output[s * CudaPlanBuffers.OutputStride];
        }

        return results;
    }
}
