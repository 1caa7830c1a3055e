using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Graphs.Diagnostics;

namespace Migrate.Models;

/// <summary>Outcome of one prediction.</summary>
/// <param name="Raw">Output of the network, scaled units: the first where it has several, NaN where several members predict together.</param>
/// <param name="Barrier">Migration barrier Em, eV; NaN where the outputs are properties, none of which is a barrier.</param>
public readonly record struct BarrierPrediction(double Raw, double Barrier)
{
    /// <summary>All outputs, scaled units, where they are properties; null where the one output is a barrier.</summary>
    public IReadOnlyList<double>? Outputs { get; init; }

    /// <summary>The properties, each in its own unit; null where their scaling is not known.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>Standard deviation of ln(Em) within an ensemble, or null.</summary>
    public double? Spread { get; init; }

    /// <summary>90 % prediction interval, eV, or null where none was calibrated.</summary>
    public (double Lower, double Upper)? Interval { get; init; }

    /// <summary>[n_networks] what each network of an ensemble says by itself, eV; null where there is no ensemble.</summary>
    public IReadOnlyList<double>? Networks { get; init; }

    /// <summary>Barrier of the path's relaxed band with an interatomic potential, eV, where the prediction rests on one; else null.</summary>
    public double? NebBarrier { get; init; }

    /// <summary>Why the path lies outside of what was learned from, or null.</summary>
    public string? Warning { get; init; }
}

/// <summary>
/// Predicts barriers of a stream of bands, or properties of a stream of structures: graphs are built ahead on other threads while the network runs, batches are filled by
/// triplets and bonds up to a memory budget, and memory does not grow with the stream.
/// </summary>
public sealed class BandPredictor
{
    // Batches that wait for the network: one in use, one ready.
    private const int BatchesAhead = 1;

    private readonly BarrierModel _model;
    private readonly CheckpointConfig _config;
    private readonly bool _buildsGraphs;
    private readonly IGraphKernels _kernels;
    private readonly long _memoryBudget;

    /// <summary>A predictor.</summary>
    /// <param name="model">The model; the caller keeps ownership.</param>
    /// <param name="kernels">Builds the graphs.</param>
    /// <param name="memoryBudget">Bytes that one batch may use; a structure that needs more by itself is a batch alone.</param>
    public BandPredictor(BarrierModel model, IGraphKernels kernels, long memoryBudget = 1L << 27)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryBudget);
        (_model, _kernels, _memoryBudget, _config) = (model, kernels, memoryBudget, model.Files.Config);
        // Models that run where they build their graphs get the bands as they are.
        _buildsGraphs = !model.Runners.All(runner => runner is IStructureModel);
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
        ArgumentNullException.ThrowIfNull(bandOf);
        return Predict(items, item => bandOf(item) is { } band ? Prepare(item, band) : new(item, null, null, null, null, null), cancellation);
    }

    /// <summary>Predicts properties of a stream of structures that are no bands, with a model that reads such.</summary>
    /// <param name="items">Enumerated once, on another thread.</param>
    /// <param name="structureOf">The structure of an item, or null where there is none: it passes through without prediction.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>Every item, in order, with a prediction or an error.</returns>
    /// <exception cref="InvalidOperationException">The model reads bands.</exception>
    public IEnumerable<PredictedItem<T>> PredictStructures<T>(
        IEnumerable<T> items, Func<T, Structure?> structureOf, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(structureOf);
        return _config.ImageCount == 0 && _model.Files.Ensemble is null
            ? Predict(items, item => structureOf(item) is { } structure ? Prepare(item, structure, null) : new(item, null, null, null, null, null), cancellation)
            : throw new InvalidOperationException("the model reads bands, not plain structures");
    }

    private IEnumerable<PredictedItem<T>> Predict<T>(IEnumerable<T> items, Func<T, Prepared<T>> prepare, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(items);
        var ready = OrderedParallel.Map(items, item => Guard(item, prepare), Math.Max(1, Environment.ProcessorCount / 2), cancellation);
        var results = OrderedParallel.Ahead(Fill(ready), BatchesAhead, cancellation).Select(Run);
        // A GPU shall not wait for those who write the results.
        return (_buildsGraphs ? results : OrderedParallel.Ahead(results, BatchesAhead, cancellation)).SelectMany(batch => batch);
    }

    private static Prepared<T> Guard<T>(T item, Func<T, Prepared<T>> prepare)
    {
        try
        {
            return prepare(item);
        }
        catch (InvalidInputException e)
        {
            return new(item, null, null, null, null, e);
        }
    }

    private Prepared<T> Prepare<T>(T item, Band band) => band.ImageCount == _config.ImageCount
        ? Prepare(item, band.Structure, band) with { Descriptors = _model.Describe(band) }
        : throw new InvalidInputException(_config.ImageCount == 0
            ? $"'{band.Name}' is a band; the model reads plain structures"
            : $"'{band.Name}' has {band.ImageCount} images; the model was trained on bands of {_config.ImageCount}");

    private Prepared<T> Prepare<T>(T item, Structure structure, Band? band)
    {
        // Here, where it concerns one structure, and not when the batch of many is filled.
        Span<float> features = stackalloc float[CgcnnFeatures.Dimension];
        foreach (var number in structure.AtomicNumbers)
        {
            CgcnnFeatures.Fill(number, features);
        }

        return new(item, structure, band, _buildsGraphs ? Build(structure, band) : null, null, null);
    }

    private BandGraph Build(Structure structure, Band? band)
    {
        using var stage = MigrateEvents.Log.Stage("graph", "", new StageWork(1));
        return band is null
            ? PathGraphs.Build(structure, _config.Graph, _kernels)
            : PathGraphs.Build(band, _config.Model.Variant.Inputs(), _config.Graph, _kernels);
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

    // The networks run one after another.
    private long BytesOf<T>(Prepared<T> item) => item switch
    {
        _ when _model.Runners.Count == 0 => 0,
        { Graph: { } graph } => BytesOf(graph) + (graph.Second is { } second ? BytesOf(second) : 0),
        { Structure: { } structure } => structure.Count * _model.Runners.Max(runner => ((IStructureModel)runner).BytesPerAtom(_config.Graph)),
        _ => 0,
    };

    private long BytesOf(BandGraph graph) => _model.Runners.Max(runner =>
        (graph.Line.TripletCount * runner.BytesPerTriplet) + (graph.Crystal.BondCount * runner.BytesPerBond));

    private IReadOnlyList<(double[] Values, InvalidInputException? Error)> Forward(
        IBandModel runner, IReadOnlyList<Structure> structures, IReadOnlyList<BandGraph> graphs) => _buildsGraphs
        ? [.. runner.Forward(graphs).Chunk(_config.Model.Outputs).Select(values => (values, (InvalidInputException?)null))]
        : [.. ((IStructureModel)runner).Forward(structures, _config.ImageCount, _config.Graph)
            .Select(outcome => (new[] { outcome.Value }, outcome.Error))];

    private List<PredictedItem<T>> Run<T>(List<Prepared<T>> batch)
    {
        List<Structure> structures = [.. batch.Select(item => item.Structure).OfType<Structure>()];
        List<BandGraph> graphs = [.. batch.Select(item => item.Graph).OfType<BandGraph>()];
        var outcomes = _model.Runners.Select(runner => Forward(runner, structures, graphs)).ToList();
        var results = new List<PredictedItem<T>>(batch.Count);
        var next = 0;
        foreach (var item in batch)
        {
            results.Add(item.Structure is null ? new(item.Item, default, item.Error) : Combine(item, [.. outcomes.Select(network => network[next])]));
            next += item.Structure is null ? 0 : 1;
        }

        return results;
    }

    private PredictedItem<T> Combine<T>(Prepared<T> item, (double[] Values, InvalidInputException? Error)[] outputs)
    {
        if (outputs.Select(o => o.Error).FirstOrDefault(error => error is not null) is { } error)
        {
            return new(item.Item, default, error);
        }

        try
        {
            return outputs.All(o => Array.TrueForAll(o.Values, double.IsFinite))
                ? new(item.Item, _model.Combine(item.Band, [.. outputs.Select(o => o.Values)], item.Descriptors), null)
                : new(item.Item, default, new InvalidInputException($"'{item.Structure!.Name}': the network's output is not finite"));
        }
        catch (InvalidInputException e)
        {
            return new(item.Item, default, e);
        }
    }

    private sealed record Prepared<T>(T Item, Structure? Structure, Band? Band, BandGraph? Graph, double[]? Descriptors, InvalidInputException? Error);
}

/// <summary>An item of a predicted stream.</summary>
/// <param name="Item">As it was given.</param>
/// <param name="Prediction">Its barrier, where it has a band and no error.</param>
/// <param name="Error">Why there is no prediction, or null.</param>
public readonly record struct PredictedItem<T>(T Item, BarrierPrediction Prediction, InvalidInputException? Error);
