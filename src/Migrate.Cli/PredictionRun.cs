using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Cli;

/// <summary>Reads paths, predicts them a few at a time and hands the results on in order: memory does not grow with the library.</summary>
internal sealed class PredictionRun(Checkpoint checkpoint, double threshold)
{
    // Paths read before their graphs are built together; batches of the network are filled from these by triplets.
    private const int Window = 64;

    private readonly BandPredictor _predictor = new(checkpoint, new CpuGraphKernels());

    public (long Predicted, long Failed) Over(IEnumerable<PathResult> results, IReadOnlyList<IPredictionSink> sinks, CancellationToken cancel)
    {
        var (predicted, failed) = (0L, 0L);
        foreach (var window in results.Chunk(Window))
        {
            cancel.ThrowIfCancellationRequested();
            PathResult[] usable = [.. window.Where(r => r.Error is null)];
            var outcomes = new Queue<(BarrierPrediction Prediction, InvalidInputException? Error)>(
                _predictor.Predict([.. usable.Select(r => r.Entry!.Band)]));
            foreach (var result in window)
            {
                var error = result.Error;
                BarrierPrediction prediction = default;
                if (error is null)
                {
                    (prediction, error) = outcomes.Dequeue();
                }

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
        entry.Group);
}
