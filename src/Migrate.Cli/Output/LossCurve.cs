using Migrate.Evaluation;
using Migrate.Training;

namespace Migrate.Cli;

/// <summary>The picture of a run: loss.png and loss.svg beside metrics.csv.</summary>
internal static class LossCurve
{
    public static void Draw(RunFolder run, IReadOnlyList<EpochRecord> records, double floor)
    {
        double[] epochs = [.. records.Select(r => (double)r.Epoch)];
        var series = new List<ChartSeries> { new("training", epochs, [.. records.Select(r => r.TrainingMae)]) };
        if (records.Any(r => double.IsFinite(r.ValidationMae)))
        {
            series.Add(new("validation", epochs, [.. records.Select(r => r.ValidationMae)]));
        }

        if (double.IsFinite(floor) && epochs.Length > 0)
        {
            series.Add(new("predicting the median", [epochs[0], epochs[^1]], [floor, floor]));
        }

        var chart = new LineChart("Training", "epoch", "MAE / eV", series);
        chart.SavePng(Path.Combine(run.Root, "loss.png"));
        chart.SaveSvg(Path.Combine(run.Root, "loss.svg"));
    }
}
