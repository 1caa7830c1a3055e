namespace Migrate.Cli;

/// <summary>Where predictions go; called in the order of the input.</summary>
internal interface IPredictionSink : IDisposable
{
    void Add(PredictionRecord record);

    void Fail(PredictionFailure failure);

    /// <summary>Ends the output; without this call nothing is left behind.</summary>
    void Complete();
}
