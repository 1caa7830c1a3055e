using Migrate.Graphs;
using Migrate.Models.Readouts;
using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The networks of Devi, Butler and Sai Gautam (2026): an ALIGNN trunk on one or two crystal graphs, and what a variant makes of its rows
/// (<see cref="AlignnVariant"/>). X are atoms, Y bonds, Z angles (triplets). Parameter names are those of the published state dicts.
/// <code>
/// X = MLP(one-hot), Y = MLP(MLP(RBF(length))), Z = MLP(MLP(RBF(cosine)))
/// alignn_layers × (X, Y, Z)    gcn_layers × (X, Y)    h = mean of X
/// output = fc_out(SiLU(fc_hp(SiLU(conv_to_fc(SiLU(h))))))        (MODEL-3)
/// </code>
/// </summary>
public sealed class Alignn : NetworkPart, ITrunk
{
    private readonly MlpLayer _atomEmbedding, _bondEmbedding1, _bondEmbedding2, _angleEmbedding1, _angleEmbedding2;
    private readonly RadialBasis _bondBasis, _angleBasis;
    private readonly LayerStack _layers;
    private readonly Fusion _fusion;
    private readonly Head _head;
    private readonly IConvolutionKernels _kernels;

    /// <summary>A network with fresh weights from torch's current random state.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="kernels">Backend of the convolutions.</param>
    /// <param name="dtype">float32 or float64; weights and rows have it.</param>
    /// <param name="device">Where the weights live.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public Alignn(AlignnOptions options, IConvolutionKernels kernels, ScalarType dtype, Device device)
        : base(nameof(Alignn))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(device);
        ProductReproducibility.Require();
        options.Validate();
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"dtype {dtype}: the network runs in float32 or float64");
        }

        (Options, DType, Place, _kernels) = (options, dtype, device, kernels);
        var (h, m) = (options.HiddenFeatures, options.EmbeddingFeatures);
        _atomEmbedding = Child("atom_embedding", new MlpLayer(options.AtomFeatures, h, kernels, dtype, device));
        var bond = Child("edge_embedding", new Group());
        _bondBasis = bond.Add("0", new RadialBasis(0, options.BondRange, options.BondBins, dtype, device));
        _bondEmbedding1 = bond.Add("1", new MlpLayer(options.BondBins, m, kernels, dtype, device));
        _bondEmbedding2 = bond.Add("2", new MlpLayer(m, h, kernels, dtype, device));
        var angle = Child("angle_embedding", new Group());
        _angleBasis = angle.Add("0", new RadialBasis(-1, 1, options.AngleBins, dtype, device));
        _angleEmbedding1 = angle.Add("1", new MlpLayer(options.AngleBins, m, kernels, dtype, device));
        _angleEmbedding2 = angle.Add("2", new MlpLayer(m, h, kernels, dtype, device));
        _layers = new LayerStack(this, "", (options.AlignnLayers, options.GcnLayers), h, kernels, dtype, device);
        (_fusion, _head) = VariantReadout.Create(this, kernels);
    }

    /// <summary>Sizes.</summary>
    public AlignnOptions Options { get; }

    /// <summary>Name of the convolutions' backend.</summary>
    public string Kernels => _kernels.Name;

    /// <summary>Dtype of weights and rows.</summary>
    public ScalarType DType { get; }

    /// <summary>Device of the weights.</summary>
    public Device Place { get; }

    /// <summary>Runs a network that reads one graph.</summary>
    /// <param name="batch">Graphs, on the network's dtype and device.</param>
    /// <param name="observe">Called with the name of each stage and its rows, in order; for tests and explanation.</param>
    /// <returns>Outputs in scaled units: [n_structures] of a network with one, [n_structures, outputs] of one with more.</returns>
    /// <exception cref="ArgumentException">The network reads two graphs.</exception>
    public Tensor Forward(BandBatch batch, Action<string, Tensor>? observe = null) => Forward([batch], observe);

    /// <summary>Runs the network.</summary>
    /// <param name="inputs">The graphs that the variant reads, one batch each, the same structures in the same order:
    /// [band], [initial, final] or [band, sub-graph].</param>
    /// <param name="observe">Called with the name of each stage and its rows, in order; for tests and explanation.</param>
    /// <returns>Outputs in scaled units: [n_structures] of a network with one, [n_structures, outputs] of one with more.</returns>
    /// <exception cref="ArgumentException">Another number of inputs, or inputs of unequal length.</exception>
    public Tensor Forward(IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != Options.Variant.InputCount() || inputs.Any(input => input.StructureCount != inputs[0].StructureCount))
        {
            throw new ArgumentException(
                $"{Options.Variant.Name()} reads {Options.Variant.InputCount()} graphs of each structure, not batches of "
                + string.Join(" and ", inputs.Select(input => input.StructureCount)));
        }

        using var scope = NewDisposeScope();
        var output = _head.Forward(_fusion.Forward(this, inputs, observe));
        return (Options.Outputs == 1 ? output.squeeze(1) : output).MoveToOuterDisposeScope();
    }

    /// <summary>Runs a network that reads one graph, without gradients.</summary>
    /// <param name="graphs">A batch.</param>
    /// <returns>[n_structures × outputs] in scaled units, structure after structure.</returns>
    /// <exception cref="ArgumentException">The network reads two graphs.</exception>
    public double[] Evaluate(GraphBatch graphs) => Evaluate([graphs]);

    /// <summary>Runs the network without gradients.</summary>
    /// <param name="inputs">The graphs that the variant reads, one batch each.</param>
    /// <returns>[n_structures × outputs] in scaled units, structure after structure.</returns>
    /// <exception cref="ArgumentException">Another number of inputs, or inputs of unequal length.</exception>
    public double[] Evaluate(IReadOnlyList<GraphBatch> inputs)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var batches = InputBatches.Create(inputs, Options, DType, Place);
        return Forward(batches.All).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    /// <summary>To be called after weights were loaded: the width of the Gaussians follows their centres.</summary>
    public void CentersWereLoaded()
    {
        _bondBasis.CentersChanged();
        _angleBasis.CentersChanged();
    }

    Tensor ITrunk.Atoms(BandBatch batch, Action<string, Tensor>? observe) => ((ITrunk)this).Atoms(batch, _layers, observe);

    Tensor ITrunk.Atoms(BandBatch batch, LayerStack layers, Action<string, Tensor>? observe)
    {
        using var scope = NewDisposeScope();
        var x = _atomEmbedding.Forward(batch.AtomFeatures, null);
        observe?.Invoke("atom_embedding", x);
        var y = EmbedBonds(batch, observe);
        var z = layers.NeedsAngles ? EmbedAngles(batch, observe) : null;
        return layers.Forward(x, y, z, batch, observe).MoveToOuterDisposeScope();
    }

    Tensor ITrunk.Mean(BandBatch batch, Tensor atoms, Action<string, Tensor>? observe)
    {
        var pooled = batch.Pooled is null ? atoms : atoms.index_select(0, batch.Pooled);
        var h = _kernels.SegmentMean(pooled, batch.Segment, batch.PooledCount);
        observe?.Invoke("pooled", h);
        return h;
    }

    internal T Register<T>(string name, T module)
        where T : nn.Module => Child(name, module);

    private Tensor EmbedBonds(BandBatch batch, Action<string, Tensor>? observe)
    {
        var basis = _bondBasis.Forward(batch.BondLength);
        observe?.Invoke("edge_embedding.0", basis);
        var y = _bondEmbedding2.Forward(
            _bondEmbedding1.Forward(basis, batch.Bonds.EdgeMultiplicity), batch.Bonds.EdgeMultiplicity);
        observe?.Invoke("edge_embedding.2", y);
        return y;
    }

    private Tensor EmbedAngles(BandBatch batch, Action<string, Tensor>? observe)
    {
        var basis = _angleBasis.Forward(batch.Cosine);
        observe?.Invoke("angle_embedding.0", basis);
        var z = _angleEmbedding2.Forward(
            _angleEmbedding1.Forward(basis, batch.Triplets.EdgeMultiplicity), batch.Triplets.EdgeMultiplicity);
        observe?.Invoke("angle_embedding.2", z);
        return z;
    }
}
