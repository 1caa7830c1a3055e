using Microsoft.Extensions.ObjectPool;
using Migrate.Graphs;
using Migrate.Graphs.Diagnostics;
using Migrate.Native;

namespace Migrate.Models;

/// <summary>
/// A network compiled for prediction on the CPU: batch norms folded into the linear layers, the four node-side products of a
/// convolution joined into one, embeddings and first gates in tables, weights packed for the processor, buffers pooled, dead outputs
/// (the last angles and bonds) not computed, no tensor objects and no libtorch. One pass over the triplets per layer.
/// Results do not depend on the number of threads nor on what else is in a batch, to the last bit. Safe for use by several threads.
/// </summary>
public sealed unsafe class InferencePlan : IBandModel
{
    private readonly AlignnOptions _options;
    private readonly PlanPrecision _precision;
    private readonly int _threads, _stride, _featureStride, _headStride, _workspaceDepth;
    private readonly DenseLayer _atoms, _head1, _head2, _output;
    private readonly Embedding _bonds, _angles;
    private readonly EmbeddingTable? _bondTable, _angleTable;
    private readonly List<(ConvolutionLayer Node, ConvolutionLayer Edge)> _alignn = [];
    private readonly List<ConvolutionLayer> _gcn = [];
    private readonly ObjectPool<PlanBuffers> _pool;

    private InferencePlan(AlignnOptions model, ModelWeights weights, InferenceOptions options)
    {
        _options = model;
        _precision = PlanPrecision.Of(options.Precision);
        _threads = options.ResolvedThreads;
        Precision = options.Precision;
        var (heavy, light) = (_precision.Heavy, _precision.Light);
        // Rows serve both arithmetics.
        _stride = KernelLibrary.Padded(model.HiddenFeatures, Math.Max(KernelLibrary.TileOf(heavy).Lanes, KernelLibrary.TileOf(light).Lanes));
        _featureStride = KernelLibrary.Padded(model.AtomFeatures, KernelLibrary.TileOf(light).Lanes);
        _headStride = KernelLibrary.Padded(AlignnOptions.HeadFeatures, KernelLibrary.TileOf(light).Lanes);
        _atoms = DenseLayer.Mlp(light, weights, "atom_embedding");
        _bonds = new Embedding(light, weights, "edge_embedding");
        _angles = new Embedding(light, weights, "angle_embedding");
        for (var i = 0; i < model.AlignnLayers; i++)
        {
            _alignn.Add((Convolution(weights, $"alignn_layers.{i}.node_update"), Convolution(weights, $"alignn_layers.{i}.edge_update")));
        }

        for (var i = 0; i < model.GcnLayers; i++)
        {
            _gcn.Add(Convolution(weights, $"gcn_layers.{i}"));
        }

        _head1 = DenseLayer.Linear(light, weights, "conv_to_fc.0", silu: true);
        _head2 = DenseLayer.Linear(light, weights, "fc_hp.0.0", silu: true);
        _output = DenseLayer.Linear(light, weights, "fc_out.0", silu: false);
        _workspaceDepth = Math.Max(
            Math.Max(model.AtomFeatures, model.HiddenFeatures), Math.Max(Math.Max(_bonds.Depth, _angles.Depth), AlignnOptions.HeadFeatures));
        if (options.UseTables && options.Precision != Precision.Float64)
        {
            var first = _alignn.Count > 0 ? _alignn[0].Node : _gcn[0];
            _bondTable = EmbeddingTable.Create(
                weights, "edge_embedding", $"{first.Name}.edge_gate", 0, model.BondRange + _bonds.Reach, _stride, options.TableTolerance);
            _angleTable = _alignn.Count == 0
                ? null
                : EmbeddingTable.Create(
                    weights, "angle_embedding", $"{_alignn[0].Edge.Name}.edge_gate", -1, 1, _stride, options.TableTolerance);
        }

        _pool = new DefaultObjectPool<PlanBuffers>(new PlanBuffers.Policy(1L << 30), maximumRetained: 2);
    }

    /// <summary>Numbers it computes in.</summary>
    public Precision Precision { get; }

    /// <summary>The machine's peak that the layers' products can reach.</summary>
    public Peak ArithmeticPeak => _precision.Heavy switch
    {
        Arithmetic.Float64 => Peak.Float64,
        Arithmetic.BFloat16Dot => Peak.BFloat16Dot,
        Arithmetic.Float16 => Peak.Float16,
        _ => Peak.Float32,
    };

    /// <summary>Threads of its kernels.</summary>
    public int Threads => _threads;

    /// <summary>Largest error of the bond and angle tables relative to their largest value, as found half-way between their points; 0
    /// without tables.</summary>
    public double TableError => Math.Max(_bondTable?.Error ?? 0, _angleTable?.Error ?? 0);

    /// <summary>Points of the bond and the angle table; 0 without.</summary>
    public (int Bonds, int Angles) TableIntervals => (_bondTable?.Intervals ?? 0, _angleTable?.Intervals ?? 0);

    /// <inheritdoc/>
    public string Name => $"cpu ({NativeProcessorInfo.InstructionSet}, {Words(_precision.Heavy)}, {_threads} thread{(_threads == 1 ? "" : "s")})";

    /// <inheritdoc/>
    public long BytesPerTriplet => ((long)_stride * _precision.TripletBytes) + 24;

    /// <inheritdoc/>
    public long BytesPerBond => ((long)_stride + MostGates) * _precision.NodeBytes;

    private int MostGates => Convolutions.Max(c => c.GatesPerNode);

    private IEnumerable<ConvolutionLayer> Convolutions => _alignn.SelectMany(l => new[] { l.Node, l.Edge }).Concat(_gcn);

    /// <summary>Compiles a network.</summary>
    /// <param name="model">Its sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="options">How to compute; null for float32 on all processors.</param>
    /// <exception cref="ArgumentException">The sizes are out of range.</exception>
    /// <exception cref="DllNotFoundException">The native library is missing or another one; the message says what to do.</exception>
    public static InferencePlan Compile(AlignnOptions model, ModelWeights weights, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        model.Validate();
        return new InferencePlan(model, weights, options ?? new InferenceOptions());
    }

    /// <inheritdoc/>
    public double[] Forward(IReadOnlyList<BandGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        if (graphs.Count == 0)
        {
            return [];
        }

        var buffers = _pool.Get();
        try
        {
            return Run(graphs, buffers);
        }
        finally
        {
            _pool.Return(buffers);
        }
    }

    /// <summary>Frees the packed weights.</summary>
    public void Dispose()
    {
        foreach (var convolution in Convolutions)
        {
            convolution.Dispose();
        }

        foreach (IDisposable? part in new IDisposable?[] { _atoms, _bonds, _angles, _head1, _head2, _output, _bondTable, _angleTable })
        {
            part?.Dispose();
        }
    }

    private static string Words(Arithmetic arithmetic) => arithmetic switch
    {
        Arithmetic.Float64 => "float64",
        Arithmetic.BFloat16Dot => "bf16",
        Arithmetic.Float16 => "fp16",
        _ => "float32",
    };

    private ConvolutionLayer Convolution(ModelWeights weights, string name) => new(_precision.Heavy, weights, name, _stride);

    private double[] Run(IReadOnlyList<BandGraph> graphs, PlanBuffers buffers)
    {
        PlanBatch batch;
        using (MigrateEvents.Log.Stage("batch", "", new StageWork(graphs.Count)))
        {
            batch = PlanBatch.Create(graphs, _options.Readout, _bondTable, _angleTable, buffers);
        }

        var workspace = Workspace(buffers);
        var atoms = TakeRows(buffers.Atoms, batch.Atoms, _precision.NodeBytes);
        var bonds = TakeRows(buffers.Bonds, batch.Bonds, _precision.NodeBytes);
        void* triplets = _alignn.Count == 0 ? null : TakeRows(buffers.Triplets, batch.Triplets, _precision.TripletBytes);
        var gates = buffers.Gates.Take<byte>((long)Math.Max(batch.Atoms, batch.Bonds) * MostGates * _precision.NodeBytes);
        Embed(graphs, batch, buffers, atoms, bonds, triplets, workspace);
        var first = true;
        for (var i = 0; i < _alignn.Count; i++, first = false)
        {
            Convolve(_alignn[i].Node, batch, lines: false, wantEdges: true, first, atoms, bonds, gates, workspace);
            Convolve(_alignn[i].Edge, batch, lines: true, wantEdges: i + 1 < _alignn.Count, first, bonds, triplets, gates, workspace);
        }

        for (var i = 0; i < _gcn.Count; i++, first = false)
        {
            Convolve(_gcn[i], batch, lines: false, wantEdges: i + 1 < _gcn.Count, first, atoms, bonds, gates, workspace);
        }

        return ReadOut(batch, buffers, atoms, workspace);
    }

    private byte* TakeRows(AlignedBuffer buffer, long count, int size) => buffer.Take<byte>(count * _stride * size);

    private NativeWorkspace Workspace(PlanBuffers buffers)
    {
        var bytes = Math.Max(
            KernelLibrary.WorkspaceBytes(_precision.Heavy, _workspaceDepth, _threads),
            KernelLibrary.WorkspaceBytes(_precision.Light, _workspaceDepth, _threads));
        return new NativeWorkspace { Memory = buffers.Workspace.Take<byte>(bytes), Bytes = bytes, Threads = _threads };
    }

    private void Embed(
        IReadOnlyList<BandGraph> graphs, in PlanBatch batch, PlanBuffers buffers, byte* atoms, byte* bonds, void* triplets, in NativeWorkspace workspace)
    {
        using (MigrateEvents.Log.Stage("embedding", "atom_embedding", new StageWork(batch.Structures, Flops: _atoms.Flops(batch.Atoms))))
        {
            var features = buffers.Features.Take<byte>((long)batch.Atoms * _featureStride * _precision.NodeBytes);
            if (_precision.NodeRows == RowType.Float64)
            {
                batch.FillFeatures(graphs, _options, (double*)features, _featureStride);
            }
            else
            {
                batch.FillFeatures(graphs, _options, (float*)features, _featureStride);
            }

            Clear(atoms, batch.Atoms);
            _atoms.Run(batch.Atoms, features, _featureStride, atoms, _stride, workspace);
        }

        if (_bondTable is not null)
        {
            return; // the first convolutions read tables
        }

        using (MigrateEvents.Log.Stage("embedding", "edge_embedding", new StageWork(batch.Structures, batch.Bonds, Flops: _bonds.Flops(batch.Bonds))))
        {
            Clear(bonds, batch.Bonds);
            _bonds.Run(batch.Bonds, batch.BondValue, bonds, _stride, buffers.Scratch, workspace);
        }

        if (triplets is null)
        {
            return;
        }

        var work = new StageWork(batch.Structures, batch.Bonds, batch.Triplets, _angles.Flops(batch.Triplets));
        using (MigrateEvents.Log.Stage("embedding", "angle_embedding", work))
        {
            Clear(triplets, batch.Triplets);
            _angles.Run(batch.Triplets, batch.TripletValue, triplets, _stride, buffers.Scratch, workspace);
        }
    }

    // Channels past the last are zero from here on; with no padding there is nothing to clear.
    private void Clear(void* rows, long count)
    {
        if (_stride != _options.HiddenFeatures)
        {
            System.Runtime.InteropServices.NativeMemory.Clear(rows, (nuint)(count * _stride * _precision.NodeBytes));
        }
    }

    private void Convolve(
        ConvolutionLayer layer, in PlanBatch batch, bool lines, bool wantEdges, bool first, void* nodes, void* edges, void* gates, in NativeWorkspace workspace)
    {
        long nodeCount = lines ? batch.Bonds : batch.Atoms, edgeCount = lines ? batch.Triplets : batch.Bonds;
        var table = first ? (lines ? _angleTable : _bondTable) : null;
        double row = _stride * _precision.NodeBytes, edgeRow = _stride * (lines ? _precision.TripletBytes : _precision.NodeBytes);
        var work = new StageWork(batch.Structures, batch.Bonds, lines ? batch.Triplets : 0, layer.NodeFlops(nodeCount), 5 * row * nodeCount);
        using (MigrateEvents.Log.Stage("node products", layer.Name, work))
        {
            layer.RunNodeSide(nodeCount, nodes, gates, workspace);
        }

        var passes = (table is null ? 1 : 0) + (wantEdges ? 1 : 0);
        work = work with { Flops = layer.EdgeFlops(edgeCount, table is not null), Bytes = (6 * row * nodeCount) + (passes * edgeRow * edgeCount) };
        using (MigrateEvents.Log.Stage(lines ? "line-graph convolution" : "crystal convolution", layer.Name, work))
        {
            var call = new NativeEdgeGated
            {
                Storage = lines ? _precision.TripletRows : _precision.NodeRows,
                WantEdges = wantEdges ? 1 : 0,
                NodeCount = nodeCount,
                EdgeCount = edgeCount,
                RowBegin = lines ? batch.TripletRowBegin : batch.BondRowBegin,
                Source = lines ? batch.TripletSource : batch.BondSource,
                Weight = lines ? batch.TripletWeight : batch.BondWeight,
                Gates = gates,
                Nodes = nodes,
                Edges = edges,
                Position = lines ? batch.TripletValue : batch.BondValue,
            };
            layer.RunEdgeSide(call, table, workspace);
        }
    }

    private double[] ReadOut(in PlanBatch batch, PlanBuffers buffers, byte* atoms, in NativeWorkspace workspace)
    {
        using var stage = MigrateEvents.Log.Stage("readout", "", new StageWork(batch.Structures));
        var (n, size) = (batch.Structures, _precision.NodeBytes);
        var pooled = buffers.Head.Take<byte>((long)n * (_stride + (2 * _headStride) + 1) * size);
        var hidden1 = pooled + ((long)n * _stride * size);
        var hidden2 = hidden1 + ((long)n * _headStride * size);
        var output = hidden2 + ((long)n * _headStride * size);
        var pool = new NativePool
        {
            Type = _precision.NodeRows,
            RowCount = batch.Atoms,
            SegmentCount = n,
            Stride = _stride,
            Begin = batch.PoolBegin,
            Count = batch.PoolCount,
            Rows = atoms,
            Out = pooled,
        };
        NativeMethods.Inference.Pool(pool).ThrowIfFailed();
        _head1.Run(n, pooled, _stride, hidden1, _headStride, workspace);
        _head2.Run(n, hidden1, _headStride, hidden2, _headStride, workspace);
        _output.Run(n, hidden2, _headStride, output, 1, workspace);
        var results = new double[n];
        for (var s = 0; s < n; s++)
        {
            results[s] = size == 8 ? ((double*)output)[s] : ((float*)output)[s];
        }

        return results;
    }
}
