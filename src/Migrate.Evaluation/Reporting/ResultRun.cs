namespace Migrate.Evaluation;

/// <summary>A result folder: what was run, and what it predicted.</summary>
/// <param name="Info">What was run.</param>
/// <param name="Set">All rows.</param>
public sealed record ResultRun(RowInfo Info, PredictionSet Set)
{
    /// <summary>Reads both files of a result folder.</summary>
    /// <param name="folder">Holds <see cref="RowInfo.FileName"/> and <see cref="PredictionSet.FileName"/>.</param>
    /// <exception cref="InvalidDataException">A file is broken; the message names file and line.</exception>
    /// <exception cref="IOException">A file is not there, or cannot be read.</exception>
    public static ResultRun Read(string folder) => new(RowInfo.Read(folder), PredictionSet.Read(folder));

    /// <summary>The rows of one split.</summary>
    public IEnumerable<PredictionRow> Of(PredictionSplit split) => Set.Rows.Where(row => row.Split == split);

    /// <summary>
    /// Every path that a model of the protocol may learn from: those fitted on, or where none are written those of the cross-validation.
    /// </summary>
    public IReadOnlyList<PathPrediction> TrainingPaths()
    {
        var fitted = PathPrediction.Mean(Of(PredictionSplit.Training));
        return fitted.Count > 0 ? fitted : PathPrediction.Mean(Of(PredictionSplit.CrossValidation));
    }
}
