using System.Globalization;

namespace Migrate.Training.Pretraining;

/// <summary>One epoch of a pre-training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Optimizer steps taken so far.</param>
/// <param name="TrainingLoss">Mean masked loss, scaled units, training mode.</param>
/// <param name="Scores">Of the held-out structures, a property each.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record PretrainingEpoch(int Epoch, long Step, double TrainingLoss, IReadOnlyList<PropertyScore> Scores, double Seconds);

/// <summary>metrics.csv of a pre-training: a line per epoch with the held-out MAE and R² of every property.</summary>
internal sealed class PretrainingMetrics
{
    private readonly RunFolder _folder;
    private readonly List<string> _lines;

    public PretrainingMetrics(RunFolder folder, int epochsDone)
    {
        _folder = folder;
        // What a killed run wrote beyond its last state is dropped.
        _lines = epochsDone > 0 && File.Exists(folder.MetricsFile) ? [.. File.ReadLines(folder.MetricsFile).Take(epochsDone + 1)] : [];
    }

    public void Add(PretrainingEpoch epoch)
    {
        if (_lines.Count == 0)
        {
            _lines.Add(string.Join(',', epoch.Scores.SelectMany(s => (string[])[$"{s.Name} MAE", $"{s.Name} R2"]).Prepend("epoch,step,training_loss,seconds")));
        }

        var scores = epoch.Scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Metrics.Mae:r},{s.Metrics.R2:r}"));
        _lines.Add(string.Create(
            CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.Step},{epoch.TrainingLoss:r},{epoch.Seconds:f3},{string.Join(',', scores)}"));
        RunFolder.WriteAtomically(_folder.MetricsFile, string.Join('\n', _lines) + "\n");
    }
}
