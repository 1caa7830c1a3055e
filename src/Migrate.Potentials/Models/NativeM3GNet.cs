using System.Runtime.InteropServices;
using Microsoft.Extensions.ObjectPool;
using Migrate.Models;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>
/// M3GNet by the native library: both passes written out, on blocks of bonds that stay in the cache. The same numbers as
/// <see cref="M3GNet"/>'s own, at a third to a quarter of the time. An evaluation runs on the calling thread; several may run at once.
/// </summary>
internal sealed class NativeM3GNet : IDisposable
{
    private readonly M3GNetHandle _model;
    private readonly M3GNetParameters _parameters;

    // Workspaces of some 10 kB a bond: memory from the system, page by page, would cost a tenth of an evaluation, and more on several threads.
    private readonly ObjectPool<AlignedBuffer> _workspaces =
        new DefaultObjectPoolProvider { MaximumRetained = Environment.ProcessorCount }.Create(new WorkspacePolicy(1L << 30));

    /// <summary>Copies the weights.</summary>
    /// <param name="parameters">The weights; they must outlive this.</param>
    /// <param name="precision">Float32 or Float64.</param>
    /// <exception cref="DllNotFoundException">The native library is missing or of another version.</exception>
    public NativeM3GNet(M3GNetParameters parameters, ScalarType precision)
    {
        NativeHandshake.Require();
        _parameters = parameters;
        using var scope = NewDisposeScope();
        var layers = new List<Dense> { parameters.BondEmbedding };
        foreach (var block in parameters.Stack)
        {
            layers.Add(block.AtomGate);
            AddGated(layers, block.ThreeBody);
            AddGated(layers, block.Bond);
            layers.Add(block.BondWeight);
            AddGated(layers, block.Atom);
            layers.Add(block.AtomWeight);
        }

        AddGated(layers, parameters.Readout);
        _model = Build(parameters, precision, layers);
    }

    /// <summary>Energies of atoms and the gradient of their sum.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="gradients">Whether the gradient is asked for.</param>
    /// <returns>[n_atoms] eV; [n_bonds, 3] eV/Å or null.</returns>
    public unsafe (double[] Energies, double[]? Gradient) Evaluate(PotentialGraph graph, bool gradients)
    {
        var rows = Array.ConvertAll(graph.AtomicNumbers, z => _parameters.Rows[z]);
        var (energies, gradient) = (new double[graph.AtomCount], gradients ? new double[3 * graph.BondCount] : null);
        NativeMethods.Potentials.Workspace(_model, graph.AtomCount, graph.BondCount, gradients ? 1 : 0, out var bytes).ThrowIfFailed();
        var workspace = _workspaces.Get();
        fixed (long* row = rows, begin = graph.Begin, end = graph.End)
        fixed (double* vectors = graph.Vectors, energy = energies, slope = gradient)
        {
            NativeMethods.Potentials.Evaluate(_model, new NativeM3GNetRun
            {
                AtomCount = graph.AtomCount,
                BondCount = graph.BondCount,
                Row = row,
                Begin = begin,
                End = end,
                Vectors = vectors,
                Energy = energy,
                Gradient = slope,
                Workspace = workspace.Take<byte>(bytes),
                WorkspaceBytes = bytes,
            }).ThrowIfFailed();
        }

        _workspaces.Return(workspace);

        for (var i = 0; i < energies.Length; i++)
        {
            energies[i] = (energies[i] * _parameters.Scale) + _parameters.Offsets[graph.AtomicNumbers[i]];
        }

        for (var i = 0; i < (gradient?.Length ?? 0); i++)
        {
            gradient![i] *= _parameters.Scale;
        }

        return (energies, gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        (_workspaces as IDisposable)?.Dispose();
    }

    private static void AddGated(List<Dense> layers, GatedMlp stack)
    {
        foreach (var (value, gate) in stack.Layers())
        {
            layers.Add(value);
            layers.Add(gate);
        }
    }

    private static unsafe M3GNetHandle Build(M3GNetParameters parameters, ScalarType precision, List<Dense> layers)
    {
        var pinned = new List<GCHandle>();
        double* Pin(Tensor? values)
        {
            if (values is null)
            {
                return null;
            }

            pinned.Add(GCHandle.Alloc(values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray(), GCHandleType.Pinned));
            return (double*)pinned[^1].AddrOfPinnedObject();
        }

        try
        {
            var specs = new NativeLayer[layers.Count];
            for (var k = 0; k < specs.Length; k++)
            {
                var shape = layers[k].Weight.shape;
                specs[k] = new NativeLayer { Inputs = shape[0], Outputs = shape[1], Weights = Pin(layers[k].Weight), Bias = Pin(layers[k].Bias) };
            }

            fixed (NativeLayer* at = specs)
            {
                NativeMethods.Potentials.Build(
                    new NativeM3GNetSpec
                    {
                        Type = precision == ScalarType.Float64 ? RowType.Float64 : RowType.Float32,
                        BlockCount = parameters.Stack.Length,
                        UpdateLayers = parameters.Stack[0].Bond.Layers().Count(),
                        ReadoutLayers = parameters.Readout.Layers().Count(),
                        BondBasis = parameters.SmoothBondFunctions > 0 ? 0 : 1,
                        ThreeBodyBasis = parameters.SmoothThreeBody ? 0 : 1,
                        SumsAtCentre = parameters.IsOriginal ? 1 : 0,
                        Width = parameters.Embedding.shape[1],
                        BondFunctions = parameters.BondEmbedding.Weight.shape[0],
                        RowCount = parameters.Embedding.shape[0],
                        Embedding = Pin(parameters.Embedding),
                        LayerCount = specs.Length,
                        Layers = at,
                    },
                    out var model).ThrowIfFailed();
                return model;
            }
        }
        finally
        {
            pinned.ForEach(p => p.Free());
        }
    }

    private sealed class WorkspacePolicy(long largestKept) : PooledObjectPolicy<AlignedBuffer>
    {
        public override AlignedBuffer Create() => new();

        public override bool Return(AlignedBuffer obj) => obj.Bytes <= largestKept;
    }
}
