using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Diagnostics;

namespace Migrate.Models;

/// <summary>Outcome of one prediction.</summary>
/// <param name="Raw">Output of the network, scaled units.</param>
/// <param name="Barrier">Migration barrier Em, eV.</param>
public readonly record struct BarrierPrediction(double Raw, double Barrier);

/// <summary>
/// Predicts barriers of a stream of bands: graphs are built ahead on other threads while the network runs, batches are filled by
/// triplets and bonds up to a memory budget, and memory does not grow with the stream.
/// </summary>
public sealed class BandPredictor
{
    // Batches that wait for the network: one in use, one ready.
    private const int BatchesAhead = 1;

    private readonly CheckpointFiles _checkpoint;
    private readonly IBandModel _model;
    private readonly IGraphKernels _kernels;
    private readonly long _memoryBudget;

    /// <summary>A predictor.</summary>
    /// <param name="checkpoint">Graph settings, images and scaling.</param>
    /// <param name="model">The network; the caller keeps ownership.</param>
    /// <param name="kernels">Builds the graphs.</param>
    /// <param name="memoryBudget">Bytes that one batch may use; a structure that needs more by itself is a batch alone.</param>
    public BandPredictor(CheckpointFiles checkpoint, IBandModel model, IGraphKernels kernels, long memoryBudget = 1L << 27)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryBudget);
        (_checkpoint, _model, _kernels, _memoryBudget) = (checkpoint, model, kernels, memoryBudget);
    }

    /// <summary>Predicts every band; a band that cannot be predicted gets an error, and the others their numbers.</summary>
    /// <param name="bands">Any number of bands.</param>
    /// <returns>[n_bands], in order: a prediction or an error.</returns>
    public IReadOnlyList<(BarrierPrediction Prediction, InvalidInputException? Error)> Predict(IReadOnlyList<Band> bands) =>
        [.. Predict(bands, band => band).Select(outcome => (outcome.Prediction, outcome.Error))];

    /// <summary>Predicts a stream.</summary>
    /// <param name="items">Enumerated once, on another thread.</param>
    /// <param name="bandOf">The band of an item, or null where there is none: it passes through without prediction.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>Every item, in order, with a prediction or an error.</returns>
    public IEnumerable<PredictedItem<T>> Predict<T>(IEnumerable<T> items, Func<T, Band?> bandOf, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(bandOf);
        var ready = OrderedParallel.Map(items, item => Prepare(item, bandOf), Math.Max(1, Environment.ProcessorCount / 2), cancellation);
        return OrderedParallel.Ahead(Fill(ready), BatchesAhead, cancellation).SelectMany(Run);
    }

    private Prepared<T> Prepare<T>(T item, Func<T, Band?> bandOf)
    {
        try
        {
            return bandOf(item) is { } band ? new(item, band, Build(band), null) : new(item, null, null, null);
        }
        catch (InvalidInputException e)
        {
            return new(item, null, null, e);
        }
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

        using var stage = MigrateEvents.Log.Stage("graph", "", new StageWork(1));
        var crystal = _kernels.BuildGraph(band.Structure, _checkpoint.Config.Graph);
        return new BandGraph(crystal, _kernels.BuildLineGraph(crystal), band.ImageCount);
    }

    private IEnumerable<List<Prepared<T>>> Fill<T>(IEnumerable<Prepared<T>> items)
    {
        // Items without a graph cost nothing, but must not pile up either.
        const int MostItems = 4096;
        var (batch, bytes) = (new List<Prepared<T>>(), 0L);
        foreach (var item in items)
        {
            var needed = item.Graph is { } graph
                ? (graph.Line.TripletCount * _model.BytesPerTriplet) + (graph.Crystal.BondCount * _model.BytesPerBond)
                : 0;
            if (batch.Count > 0 && (bytes + needed > _memoryBudget || batch.Count >= MostItems))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += needed;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private IEnumerable<PredictedItem<T>> Run<T>(List<Prepared<T>> batch)
    {
        var raw = _model.Forward([.. batch.Select(item => item.Graph).OfType<BandGraph>()]);
        var next = 0;
        foreach (var item in batch)
        {
            if (item.Graph is null)
            {
                yield return new(item.Item, default, item.Error);
                continue;
            }

            var value = raw[next++];
            yield return double.IsFinite(value)
                ? new(item.Item, new BarrierPrediction(value, _checkpoint.Scaler.Unscale(value)), null)
                : new(item.Item, default, new InvalidInputException($"'{item.Band!.Name}': the network's output is not finite"));
        }
    }

    private sealed record Prepared<T>(T Item, Band? Band, BandGraph? Graph, InvalidInputException? Error);
}

/// <summary>An item of a predicted stream.</summary>
/// <param name="Item">As it was given.</param>
/// <param name="Prediction">Its barrier, where it has a band and no error.</param>
/// <param name="Error">Why there is no prediction, or null.</param>
public readonly record struct PredictedItem<T>(T Item, BarrierPrediction Prediction, InvalidInputException? Error);
