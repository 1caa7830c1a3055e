using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Outcome of one prediction.</summary>
/// <param name="Raw">Output of the network, scaled units.</param>
/// <param name="Barrier">Migration barrier Em, eV.</param>
public readonly record struct BarrierPrediction(double Raw, double Barrier);

/// <summary>Predicts barriers of bands with a checkpoint, in batches filled by triplets.</summary>
public sealed class BandPredictor
{
    // Rows of hidden width that are alive at once per triplet in the plain torch pass (angle rows, gate, sigmoid, gathers, update).
    private const int LiveRowsPerTriplet = 10;

    private readonly Checkpoint _checkpoint;
    private readonly IGraphKernels _kernels;
    private readonly long _tripletsPerBatch;

    /// <summary>A predictor.</summary>
    /// <param name="checkpoint">The model; the caller keeps ownership.</param>
    /// <param name="kernels">Builds the graphs.</param>
    /// <param name="memoryBudget">Bytes that one batch may use; a structure that needs more by itself is a batch alone.</param>
    public BandPredictor(Checkpoint checkpoint, IGraphKernels kernels, long memoryBudget = 1L << 30)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryBudget);
        (_checkpoint, _kernels) = (checkpoint, kernels);
        var size = checkpoint.Network.DType == ScalarType.Float64 ? 8 : 4;
        var width = Math.Max(checkpoint.Config.Model.HiddenFeatures, checkpoint.Config.Model.AngleBins);
        _tripletsPerBatch = Math.Max(1, memoryBudget / ((long)size * width * LiveRowsPerTriplet));
    }

    /// <summary>Predicts every band; a band that cannot be predicted gets an error, and the others their numbers.</summary>
    /// <param name="bands">Any number of bands; memory is bounded by the budget beyond their graphs.</param>
    /// <returns>[n_bands], in order: a prediction or an error.</returns>
    public IReadOnlyList<(BarrierPrediction Prediction, InvalidInputException? Error)> Predict(IReadOnlyList<Band> bands)
    {
        ArgumentNullException.ThrowIfNull(bands);
        var results = new (BarrierPrediction Prediction, InvalidInputException? Error)[bands.Count];
        var graphs = new BandGraph?[bands.Count];
        Parallel.For(0, bands.Count, i =>
        {
            try
            {
                graphs[i] = Build(bands[i]);
            }
            catch (InvalidInputException e)
            {
                results[i].Error = e;
            }
        });
        foreach (var batch in Fill(graphs))
        {
            var raw = Run([.. batch.Select(i => graphs[i]!)]);
            for (var k = 0; k < batch.Count; k++)
            {
                results[batch[k]] = double.IsFinite(raw[k])
                    ? (new BarrierPrediction(raw[k], _checkpoint.Scaler.Unscale(raw[k])), null)
                    : (default, new InvalidInputException($"'{bands[batch[k]].Name}': the network's output is not finite"));
            }
        }

        return results;
    }

    private BandGraph Build(Band band)
    {
        if (band.ImageCount != _checkpoint.Config.ImageCount)
        {
            throw new InvalidInputException(
                $"'{band.Name}' has {band.ImageCount} images; the model was trained on bands of {_checkpoint.Config.ImageCount}");
        }

        // Here, where it concerns one band, and not when the batch of many is filled.
        Span<float> features = stackalloc float[CgcnnFeatures.Dimension];
        foreach (var number in band.Structure.AtomicNumbers)
        {
            CgcnnFeatures.Fill(number, features);
        }

        var crystal = _kernels.BuildGraph(band.Structure, _checkpoint.Config.Graph);
        return new BandGraph(crystal, _kernels.BuildLineGraph(crystal), band.ImageCount);
    }

    private IEnumerable<List<int>> Fill(BandGraph?[] graphs)
    {
        var (batch, triplets) = (new List<int>(), 0L);
        for (var i = 0; i < graphs.Length; i++)
        {
            if (graphs[i] is not { } graph)
            {
                continue;
            }

            if (batch.Count > 0 && triplets + graph.Line.TripletCount > _tripletsPerBatch)
            {
                yield return batch;
                (batch, triplets) = ([], 0);
            }

            batch.Add(i);
            triplets += graph.Line.TripletCount;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private double[] Run(IReadOnlyList<BandGraph> graphs)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var network = _checkpoint.Network;
        using var batch = BandBatch.Create(GraphBatch.Create(graphs), network.Options, network.DType, network.Place);
        return network.Forward(batch).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }
}
