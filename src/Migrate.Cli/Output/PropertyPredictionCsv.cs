using System.Globalization;
using System.Text;
using Migrate.Models;

namespace Migrate.Cli;

/// <summary>Predicted properties as CSV, a column each; failures have their message in the last column and no numbers.</summary>
internal sealed class PropertyPredictionCsv : IPredictionSink
{
    private readonly PendingFile _file;
    private readonly StreamWriter _writer;
    private readonly string _noNumbers;

    public PropertyPredictionCsv(string path, CheckpointFiles network)
    {
        _file = new PendingFile(path);
        _writer = new StreamWriter(_file.Stream, new UTF8Encoding(false)) { NewLine = "\n" };
        var names = PropertyNames.Of(network);
        _noNumbers = new string(',', names.Length);
        _writer.WriteLine($"name,source,index,sites,{string.Join(',', names.Select(Csv.Quote))},error");
    }

    public void Add(PredictionRecord record)
    {
        var numbers = PropertyNames.Values(record).Select(value => value.ToString("r", CultureInfo.InvariantCulture));
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Csv.Quote(record.Name)},{Csv.Quote(record.Source)},{record.Index},{record.Sites},{string.Join(',', numbers)},"));
    }

    public void Fail(PredictionFailure failure) =>
        _writer.WriteLine($",{Csv.Quote(failure.Source)},{failure.Index},,{_noNumbers}{Csv.Quote(failure.Message)}");

    public void Complete()
    {
        _writer.Flush();
        _file.Complete();
    }

    public void Dispose() => _file.Dispose();
}
