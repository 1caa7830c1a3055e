using Migrate.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// MODEL-3 of Devi, Butler and Sai Gautam (2026): an ALIGNN trunk on the crystal graph of a band, mean over atoms, and a head with two
/// hidden layers. X are atoms, Y bonds, Z angles (triplets). Parameter names are those of the published state dict.
/// <code>
/// X = MLP(one-hot), Y = MLP(MLP(RBF(length))), Z = MLP(MLP(RBF(cosine)))
/// alignn_layers × (X, Y, Z)    gcn_layers × (X, Y)    h = mean of X
/// output = fc_out(SiLU(fc_hp(SiLU(conv_to_fc(SiLU(h))))))
/// </code>
/// </summary>
public sealed class Alignn : NetworkPart
{
    private readonly MlpLayer _atomEmbedding, _bondEmbedding1, _bondEmbedding2, _angleEmbedding1, _angleEmbedding2;
    private readonly RadialBasis _bondBasis, _angleBasis;
    private readonly List<AlignnLayer> _alignnLayers = [];
    private readonly List<EdgeGatedConvolution> _gcnLayers = [];
    private readonly List<OutputHead> _heads = [];
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
        var alignn = Child("alignn_layers", new Group());
        for (var i = 0; i < options.AlignnLayers; i++)
        {
            _alignnLayers.Add(alignn.Add($"{i}", new AlignnLayer(h, kernels, dtype, device)));
        }

        var gcn = Child("gcn_layers", new Group());
        for (var i = 0; i < options.GcnLayers; i++)
        {
            _gcnLayers.Add(gcn.Add($"{i}", new EdgeGatedConvolution(h, kernels, dtype, device)));
        }

        // Upstream's names: one list entry per output and, in fc_hp, one per hidden layer after the first.
        var (first, second, last) = (Child("conv_to_fc", new Group()), Child("fc_hp", new Group()), Child("fc_out", new Group()));
        for (var k = 0; k < options.Outputs; k++)
        {
            _heads.Add(new OutputHead(
                first.Add($"{k}", Dense(h, AlignnOptions.HeadFeatures)),
                second.Add($"{k}", new Group()).Add("0", Dense(AlignnOptions.HeadFeatures, AlignnOptions.HeadFeatures)),
                last.Add($"{k}", Dense(AlignnOptions.HeadFeatures, 1))));
        }
    }

    /// <summary>Sizes.</summary>
    public AlignnOptions Options { get; }

    /// <summary>Dtype of weights and rows.</summary>
    public ScalarType DType { get; }

    /// <summary>Device of the weights.</summary>
    public Device Place { get; }

    /// <summary>Runs the network.</summary>
    /// <param name="batch">Graphs, on the network's dtype and device.</param>
    /// <param name="observe">Called with the name of each stage and its rows, in order; for tests and explanation.</param>
    /// <returns>Outputs in scaled units: [n_structures] of a network with one, [n_structures, outputs] of one with more.</returns>
    public Tensor Forward(BandBatch batch, Action<string, Tensor>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var (bonds, triplets) = (batch.Bonds, batch.Triplets);
        var x = _atomEmbedding.Forward(batch.AtomFeatures, null);
        observe?.Invoke("atom_embedding", x);
        var (y, z) = (EmbedBonds(batch, observe), _alignnLayers.Count > 0 ? EmbedAngles(batch, observe) : null);
        for (var i = 0; i < _alignnLayers.Count; i++)
        {
            var (oldX, oldY, oldZ) = (x, y, z);
            (x, y, z) = _alignnLayers[i].Forward(x, y, z!, bonds, triplets, wantAngles: i + 1 < _alignnLayers.Count);
            Release(observe, oldX, oldY, oldZ);
            observe?.Invoke($"alignn_layers.{i}.x", x);
            observe?.Invoke($"alignn_layers.{i}.y", y);
            if (z is not null)
            {
                observe?.Invoke($"alignn_layers.{i}.z", z);
            }
        }

        for (var i = 0; i < _gcnLayers.Count; i++)
        {
            var (oldX, oldY) = (x, y);
            (x, var newY) = _gcnLayers[i].Forward(x, y, bonds, wantEdges: i + 1 < _gcnLayers.Count);
            y = newY ?? y;
            Release(observe, oldX, newY is null ? null : oldY);
            observe?.Invoke($"gcn_layers.{i}.node", x);
        }

        var pooled = batch.Pooled is null ? x : x.index_select(0, batch.Pooled);
        var h = _kernels.SegmentMean(pooled, batch.Segment, batch.PooledCount);
        observe?.Invoke("pooled", h);
        h = nn.functional.silu(h);
        var output = _heads.Count == 1 ? _heads[0].Forward(h).squeeze(1) : cat([.. _heads.Select(head => head.Forward(h))], 1);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Runs the network without gradients.</summary>
    /// <param name="graphs">A batch.</param>
    /// <returns>[n_structures × outputs] in scaled units, structure after structure.</returns>
    public double[] Evaluate(GraphBatch graphs)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var batch = BandBatch.Create(graphs, Options, DType, Place);
        return Forward(batch).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    /// <summary>To be called after weights were loaded: the width of the Gaussians follows their centres.</summary>
    public void CentersWereLoaded()
    {
        _bondBasis.CentersChanged();
        _angleBasis.CentersChanged();
    }

    // Rows that no later layer reads need not wait for the end of the pass (autograd keeps what it needs by itself).
    private static void Release(Action<string, Tensor>? observe, params ReadOnlySpan<Tensor?> rows)
    {
        foreach (var tensor in rows)
        {
            if (observe is null)
            {
                tensor?.Dispose();
            }
        }
    }

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

    // SiLU(fc_hp(SiLU(conv_to_fc(·)))), then one number.
    private sealed record OutputHead(Linear First, Linear Second, Linear Last)
    {
        public Tensor Forward(Tensor h) => Last.call(nn.functional.silu(Second.call(nn.functional.silu(First.call(h)))));
    }

    private Linear Dense(long inputs, long outputs) => nn.Linear(inputs, outputs, hasBias: true, device: Place, dtype: DType);
}
