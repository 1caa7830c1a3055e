using System.Globalization;

namespace Migrate.Training;

/// <summary>One line of a run's metrics.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Optimizer steps taken so far.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="TrainingLoss">Mean loss over the epoch, scaled units, training mode.</param>
/// <param name="TrainingMae">Mean absolute error over the epoch, eV, training mode.</param>
/// <param name="ValidationMae">eV, evaluation mode; NaN without validation paths.</param>
/// <param name="ValidationR2">Evaluation mode; NaN without validation paths.</param>
/// <param name="Seconds">Wall time of the epoch.</param>
public sealed record EpochRecord(
    int Epoch,
    long Step,
    double LearningRate,
    double TrainingLoss,
    double TrainingMae,
    double ValidationMae,
    double ValidationR2,
    double Seconds)
{
    /// <summary>Head of metrics.csv.</summary>
    public const string CsvHeader = "epoch,step,learning_rate,training_loss,training_mae_ev,validation_mae_ev,validation_r2,seconds";

    /// <summary>The line in metrics.csv; numbers are written so that they read back exactly.</summary>
    public string ToCsv() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Epoch},{Step},{LearningRate:r},{TrainingLoss:r},{TrainingMae:r},{ValidationMae:r},{ValidationR2:r},{Seconds:f3}");

    /// <summary>A line of metrics.csv.</summary>
    /// <exception cref="FormatException">Not such a line.</exception>
    public static EpochRecord FromCsv(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var cells = line.Split(',');
        if (cells.Length != 8)
        {
            throw new FormatException($"{cells.Length} columns instead of 8");
        }

        double Real(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
        return new EpochRecord(
            int.Parse(cells[0], CultureInfo.InvariantCulture),
            long.Parse(cells[1], CultureInfo.InvariantCulture),
            Real(2), Real(3), Real(4), Real(5), Real(6), Real(7));
    }
}
