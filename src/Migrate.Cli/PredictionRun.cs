using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli;

/// <summary>Predicts paths as they are read and hands the results on in order: memory does not grow with the library.</summary>
internal sealed class PredictionRun(LoadedModel model, double threshold)
{
    private readonly BandPredictor _predictor = new(model.Files, model.Runner, new CpuGraphKernels(), model.BatchMemory);

    public (long Predicted, long Failed) Over(IEnumerable<PathResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel)
    {
        var (predicted, failed) = (0L, 0L);
        foreach (var (result, prediction, fault) in _predictor.Predict(results, r => r.Entry?.Band, cancel))
        {
            var error = result.Error ?? fault;
            foreach (var sink in sinks)
            {
                if (error is null)
                {
                    sink.Add(Record(result.Entry!, prediction));
                }
                else
                {
                    sink.Fail(new PredictionFailure(result.Source, result.Index, Located(error, result)));
                }
            }

            (predicted, failed) = error is null ? (predicted + 1, failed) : (predicted, failed + 1);
        }

        return (predicted, failed);
    }

    // An error raised after reading does not know its file.
    private static string Located(InvalidInputException error, PathResult result) =>
        error.Message.Contains(result.Source, StringComparison.Ordinal) ? error.Message : $"{result.Source}: {error.Message}";

    private PredictionRecord Record(PathEntry entry, BarrierPrediction prediction) => new(
        entry.Name,
        entry.Source,
        entry.Index,
        entry.Band.MobileIon.Symbol,
        entry.Band.Structure.Count,
        entry.Band.HopLength,
        prediction.Barrier,
        prediction.Raw,
        prediction.Barrier <= threshold,
        entry.Barrier,
        entry.Group)
    {
        Outputs = prediction.Outputs,
    };
}
