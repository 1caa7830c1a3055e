namespace Migrate.Cli;

/// <summary>All the places a command's predictions go to.</summary>
internal sealed class PredictionSinks : IDisposable
{
    private readonly List<IPredictionSink> _all = [];

    private PredictionSinks()
    {
    }

    public IReadOnlyList<IPredictionSink> All => _all;

    /// <summary>The first sink and one for each output file, whose kind follows from its name.</summary>
    public static PredictionSinks Open(
        IPredictionSink first, IEnumerable<string> files, Streams streams, LoadedModel model, double threshold)
    {
        var sinks = new PredictionSinks();
        try
        {
            sinks._all.Add(first);
            foreach (var file in files)
            {
                sinks._all.Add(Path.GetExtension(file).ToLowerInvariant() switch
                {
                    ".csv" when model.Files.Config.PredictsBarrier => new PredictionCsv(file),
                    ".csv" => new PropertyPredictionCsv(file, model.Files.Networks[0]),
                    ".json" => new PredictionJson(file, streams.Output, model, threshold),
                    _ => throw new UsageException($"--output {file}: the name must end in .csv or .json"),
                });
            }

            return sinks;
        }
        catch
        {
            sinks.Dispose();
            throw;
        }
    }

    public void Complete() => _all.ForEach(sink => sink.Complete());

    public void Dispose() => _all.ForEach(sink => sink.Dispose());
}
