using System.Diagnostics;
using System.Globalization;
using Migrate.Training;

namespace Migrate.Cli;

/// <summary>One line per epoch on standard error, with the time left.</summary>
internal sealed class EpochProgress(Streams streams, int epochs, int done)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Show(EpochRecord record)
    {
        var perEpoch = _clock.Elapsed / Math.Max(1, record.Epoch - done);
        var left = perEpoch * (epochs - record.Epoch);
        streams.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {record.Epoch,4}/{epochs}  loss {record.TrainingLoss:f4}  train MAE {record.TrainingMae:f3} eV  validation MAE "
            + $"{record.ValidationMae:f3} eV  R² {record.ValidationR2,6:f3}  {record.Seconds:f1} s  left {left:hh\\:mm\\:ss}"));
    }
}
