using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli;

/// <summary>Predicts paths or structures as they are read and hands the results on in order: memory does not grow with the library.</summary>
/// <param name="model">What predicts.</param>
/// <param name="threshold">Barrier up to which a path counts as good, eV.</param>
/// <param name="bands">Relaxes the bands of paths, for a model that has learned from such; null for the model that needs none.</param>
internal sealed class PredictionRun(LoadedModel model, double threshold, PotentialBands? bands = null)
{
    // Enough for full batches of the potential; results appear that many at a time.
    private const int PathsAtOnce = 64;

    private readonly BandPredictor _predictor = new(model.Model, new CpuGraphKernels(), model.BatchMemory);

    public (long Predicted, long Failed) Over(IEnumerable<PathResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel) => Over(
        Relaxed(_predictor.Predict(results, r => r.Entry?.Band, cancel), cancel),
        sinks,
        r => (r.Source, r.Index, r.Error),
        (r, prediction) => Record(r.Entry!, prediction));

    /// <summary>The same for structures that are no paths, with a model that reads such.</summary>
    public (long Predicted, long Failed) Over(IEnumerable<StructureResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel) => Over(
        _predictor.PredictStructures(results, r => r.Structure, cancel),
        sinks,
        r => (r.Source, r.Index, r.Error),
        (r, prediction) => new PredictionRecord(r.Structure!.Name, r.Source, r.Index, null, r.Structure.Count, null, prediction, false, null, null));

    // A path without a band keeps its prediction, and says why it has no better one.
    private IEnumerable<PredictedItem<PathResult>> Relaxed(IEnumerable<PredictedItem<PathResult>> items, CancellationToken cancel) =>
        bands is null ? items : items.Chunk(PathsAtOnce).SelectMany(part => Relax(part, bands, cancel));

    private PredictedItem<PathResult>[] Relax(PredictedItem<PathResult>[] items, PotentialBands potential, CancellationToken cancel)
    {
        int[] sound = [.. Enumerable.Range(0, items.Length).Where(i => items[i].Error is null && items[i].Item.Entry is not null)];
        foreach (var (k, barrier, problem) in potential.Relax([.. sound.Select(i => items[i].Item.Entry!.Band)], cancel))
        {
            var item = items[sound[k]];
            items[sound[k]] = item with
            {
                Prediction = barrier is { } known
                    ? model.Files.Neb!.Predict(item.Item.Entry!.Band, known, item.Prediction.Networks ?? [], model.Files.Ensemble?.Domain)
                    : item.Prediction with { Warning = string.Join("; ", new[] { $"no band with the potential, predicted without: {problem}", item.Prediction.Warning }.OfType<string>()) },
            };
        }

        return items;
    }

    private static (long Predicted, long Failed) Over<T>(
        IEnumerable<PredictedItem<T>> items,
        IReadOnlyList<IPredictionSink> sinks,
        Func<T, (string Source, int Index, InvalidInputException? Error)> placeOf,
        Func<T, BarrierPrediction, PredictionRecord> record)
    {
        var (predicted, failed) = (0L, 0L);
        foreach (var (item, prediction, fault) in items)
        {
            var (source, index, broken) = placeOf(item);
            var error = broken ?? fault;
            foreach (var sink in sinks)
            {
                if (error is null)
                {
                    sink.Add(record(item, prediction));
                }
                else
                {
                    sink.Fail(new PredictionFailure(source, index, error.Naming(source)));
                }
            }

            (predicted, failed) = error is null ? (predicted + 1, failed) : (predicted, failed + 1);
        }

        return (predicted, failed);
    }

    private PredictionRecord Record(PathEntry entry, BarrierPrediction prediction) => new(
        entry.Name,
        entry.Source,
        entry.Index,
        entry.Band.MobileIon.Symbol,
        entry.Band.Structure.Count,
        entry.Band.HopLength,
        prediction,
        prediction.Barrier <= threshold,
        entry.Barrier,
        entry.Group);
}
