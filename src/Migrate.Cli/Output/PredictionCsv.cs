using System.Globalization;
using System.Text;

namespace Migrate.Cli;

/// <summary>Predictions as CSV; failures have their message in the last column and no numbers.</summary>
internal sealed class PredictionCsv : IPredictionSink
{
    private readonly PendingFile _file;
    private readonly StreamWriter _writer;

    public PredictionCsv(string path)
    {
        _file = new PendingFile(path);
        _writer = new StreamWriter(_file.Stream, new UTF8Encoding(false)) { NewLine = "\n" };
        _writer.WriteLine("name,source,index,mobile_ion,sites,hop_length_angstrom,barrier_ev,lower_90_ev,upper_90_ev,raw,neb_barrier_ev,verdict,reference_ev,warning,error");
    }

    public void Add(PredictionRecord record) => _writer.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Csv.Quote(record.Name)},{Csv.Quote(record.Source)},{record.Index},{record.MobileIon},{record.Sites},{record.HopLength:r},{Finite(record.Barrier):r},"
        + $"{record.Prediction.Interval?.Lower:r},{record.Prediction.Interval?.Upper:r},{Finite(record.Prediction.Raw):r},{record.Prediction.NebBarrier:r},{record.Verdict},"
        + $"{record.Reference:r},{Csv.Quote(record.Prediction.Warning ?? "")},"));

    public void Fail(PredictionFailure failure) =>
        _writer.WriteLine($",{Csv.Quote(failure.Source)},{failure.Index},,,,,,,,,,,,{Csv.Quote(failure.Message)}");

    public void Complete()
    {
        _writer.Flush();
        _file.Complete();
    }

    public void Dispose() => _file.Dispose();

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
