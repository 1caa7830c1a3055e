namespace Migrate.Evaluation;

/// <summary>One prediction of one path by one model: a line of <c>predictions.csv</c>.</summary>
public sealed record PredictionRow
{
    /// <summary>What the path was to the model.</summary>
    public required PredictionSplit Split { get; init; }

    /// <summary>Seed of the model's training.</summary>
    public required int Seed { get; init; }

    /// <summary>Fold that was held out, from 0; null where there are no folds. An empty cell in files.</summary>
    public int? Fold { get; init; }

    /// <summary>Paths the model was trained on; 0 where nothing was trained.</summary>
    public required int TrainSize { get; init; }

    /// <summary>Name of the path, unique in its data set ("Li2MnO3_4").</summary>
    public required string Name { get; init; }

    /// <summary>Symbol of the element that migrates ("Li").</summary>
    public required string Ion { get; init; }

    /// <summary>Structural group ("SPINEL"); may be empty.</summary>
    public string Class { get; init; } = "";

    /// <summary>Reduced formula of the host without the migrating element ("Mn1O3"); may be empty.</summary>
    public string Framework { get; init; } = "";

    /// <summary>Reference barrier, eV.</summary>
    public required double Expected { get; init; }

    /// <summary>Predicted barrier, eV.</summary>
    public required double Predicted { get; init; }

    /// <summary>Lower end of the 90 % prediction interval, eV; null where there is none.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper end of the 90 % prediction interval, eV; null where there is none.</summary>
    public double? Upper { get; init; }

    // One path has one reference barrier and one chemistry, whatever predicts it.
    internal bool IsSamePath(PredictionRow other) =>
        (Expected, Ion, Class, Framework) == (other.Expected, other.Ion, other.Class, other.Framework);

    /// <summary>What is wrong with the values, in one line; null when all are in order.</summary>
    internal string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Name) || string.IsNullOrWhiteSpace(Ion))
        {
            return "the path needs a name and an ion";
        }

        if (Fold < 0 || TrainSize < 0)
        {
            return $"fold {Fold} and train_size {TrainSize} of {Name}; folds count from 0 (or are empty), and train_size from 0 (nothing was trained)";
        }

        if (!double.IsFinite(Expected) || !double.IsFinite(Predicted))
        {
            return $"expected {Expected} eV and predicted {Predicted} eV for {Name}; finite numbers are needed";
        }

        return (Lower, Upper) switch
        {
            (null, null) => null,
            ({ } lower, { } upper) when double.IsFinite(lower) && double.IsFinite(upper) && lower <= upper => null,
            _ => $"interval from {Lower} to {Upper} eV for {Name}; both ends or none, finite, the lower one first",
        };
    }
}
