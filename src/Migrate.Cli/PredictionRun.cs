using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli;

/// <summary>Predicts paths or structures as they are read and hands the results on in order: memory does not grow with the library.</summary>
internal sealed class PredictionRun(LoadedModel model, double threshold)
{
    private readonly BandPredictor _predictor = new(model.Model, new CpuGraphKernels(), model.BatchMemory);

    public (long Predicted, long Failed) Over(IEnumerable<PathResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel) => Over(
        _predictor.Predict(results, r => r.Entry?.Band, cancel),
        sinks,
        r => (r.Source, r.Index, r.Error),
        (r, prediction) => Record(r.Entry!, prediction));

    /// <summary>The same for structures that are no paths, with a model that reads such.</summary>
    public (long Predicted, long Failed) Over(IEnumerable<StructureResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel) => Over(
        _predictor.PredictStructures(results, r => r.Structure, cancel),
        sinks,
        r => (r.Source, r.Index, r.Error),
        (r, prediction) => new PredictionRecord(r.Structure!.Name, r.Source, r.Index, null, r.Structure.Count, null, prediction, false, null, null));

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
                    sink.Fail(new PredictionFailure(source, index, Located(error, source)));
                }
            }

            (predicted, failed) = error is null ? (predicted + 1, failed) : (predicted, failed + 1);
        }

        return (predicted, failed);
    }

    // An error raised after reading does not know its file.
    private static string Located(InvalidInputException error, string source) =>
        error.Message.Contains(source, StringComparison.Ordinal) ? error.Message : $"{source}: {error.Message}";

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
