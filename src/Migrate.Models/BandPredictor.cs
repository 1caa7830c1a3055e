using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Diagnostics;

namespace Migrate.Models;

/// <summary>Outcome of one prediction.</summary>
/// <param name="Raw">Output of the network, scaled units; the first where it has several.</param>
/// <param name="Barrier">Migration barrier Em, eV; NaN of a network with several outputs, none of which is a barrier.</param>
public readonly record struct BarrierPrediction(double Raw, double Barrier)
{
    /// <summary>All outputs, scaled units, of a network with several; null of one with one.</summary>
    public IReadOnlyList<double>? Outputs { get; init; }
}

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
        var results = OrderedParallel.Ahead(Fill(ready), BatchesAhead, cancellation).Select(Run);
        // A GPU shall not wait for those who write the results.
        return (_model is IStructureModel ? OrderedParallel.Ahead(results, BatchesAhead, cancellation) : results).SelectMany(batch => batch);
    }

    private Prepared<T> Prepare<T>(T item, Func<T, Band?> bandOf)
    {
        try
        {
            if (bandOf(item) is not { } band)
            {
                return new(item, null, null, null);
            }

            Check(band);
            // A model that runs where it builds its graphs gets the band as it is.
            return new(item, band, _model is IStructureModel ? null : Build(band), null);
        }
        catch (InvalidInputException e)
        {
            return new(item, null, null, e);
        }
    }

    private void Check(Band band)
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
    }

    private BandGraph Build(Band band)
    {
        using var stage = MigrateEvents.Log.Stage("graph", "", new StageWork(1));
        return PathGraphs.Build(band, _checkpoint.Config.Model.Variant.Inputs(), _checkpoint.Config.Graph, _kernels);
    }

    private IEnumerable<List<Prepared<T>>> Fill<T>(IEnumerable<Prepared<T>> items)
    {
        // Items without a graph cost nothing, but must not pile up either.
        const int MostItems = 4096;
        var (batch, bytes) = (new List<Prepared<T>>(), 0L);
        foreach (var item in items)
        {
            var needed = BytesOf(item);
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

    private long BytesOf<T>(Prepared<T> item) => (item, _model) switch
    {
        ({ Graph: { } graph }, _) => BytesOf(graph) + (graph.Second is { } second ? BytesOf(second) : 0),
        ({ Band: { } band }, IStructureModel model) => band.Structure.Count * model.BytesPerAtom(_checkpoint.Config.Graph),
        _ => 0,
    };

    private long BytesOf(BandGraph graph) => (graph.Line.TripletCount * _model.BytesPerTriplet) + (graph.Crystal.BondCount * _model.BytesPerBond);

    private IReadOnlyList<(double[] Values, InvalidInputException? Error)> Forward(IReadOnlyList<Band> bands, IReadOnlyList<BandGraph> graphs) =>
        _model is IStructureModel model
            ? [.. model.Forward([.. bands.Select(band => band.Structure)], _checkpoint.Config.ImageCount, _checkpoint.Config.Graph)
                .Select(outcome => (new[] { outcome.Value }, outcome.Error))]
            : [.. _model.Forward(graphs).Chunk(_checkpoint.Config.Model.Outputs).Select(values => (values, (InvalidInputException?)null))];

    private BarrierPrediction Prediction(double[] values) => values.Length == 1
        ? new BarrierPrediction(values[0], _checkpoint.Scaler.Unscale(values[0]))
        : new BarrierPrediction(values[0], double.NaN) { Outputs = values };

    private List<PredictedItem<T>> Run<T>(List<Prepared<T>> batch)
    {
        var outcomes = Forward([.. batch.Select(item => item.Band).OfType<Band>()], [.. batch.Select(item => item.Graph).OfType<BandGraph>()]);
        var results = new List<PredictedItem<T>>(batch.Count);
        var next = 0;
        foreach (var item in batch)
        {
            if (item.Band is null)
            {
                results.Add(new(item.Item, default, item.Error));
                continue;
            }

            var (values, error) = outcomes[next++];
            results.Add(error is not null ? new(item.Item, default, error)
                : Array.TrueForAll(values, double.IsFinite) ? new(item.Item, Prediction(values), null)
                : new(item.Item, default, new InvalidInputException($"'{item.Band.Name}': the network's output is not finite")));
        }

        return results;
    }

    private sealed record Prepared<T>(T Item, Band? Band, BandGraph? Graph, InvalidInputException? Error);
}

/// <summary>An item of a predicted stream.</summary>
/// <param name="Item">As it was given.</param>
/// <param name="Prediction">Its barrier, where it has a band and no error.</param>
/// <param name="Error">Why there is no prediction, or null.</param>
public readonly record struct PredictedItem<T>(T Item, BarrierPrediction Prediction, InvalidInputException? Error);
