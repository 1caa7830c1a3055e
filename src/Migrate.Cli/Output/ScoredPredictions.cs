using Migrate.Crystals;

namespace Migrate.Cli;

/// <summary>Collects predictions of labelled paths for scoring.</summary>
internal sealed class ScoredPredictions(Streams streams) : IPredictionSink
{
    public List<double> Expected { get; } = [];

    public List<double> Predicted { get; } = [];

    public List<string?> Groups { get; } = [];

    /// <summary>Turns an entry without a barrier into an error.</summary>
    public static PathResult RequireLabel(PathResult result) => result is { Entry: { Barrier: null } entry }
        ? result with
        {
            Entry = null,
            Error = new InvalidInputException($"entry '{entry.Name}' has no barrier; scoring needs `target` in eV", result.Source),
        }
        : result;

    public void Add(PredictionRecord record)
    {
        Expected.Add(record.Reference!.Value);
        Predicted.Add(record.Barrier);
        Groups.Add(record.Group);
    }

    public void Fail(PredictionFailure failure) => streams.Note($"failed: {failure.Message}");

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
