namespace Migrate.Cli;

/// <summary>One row of a prediction's output.</summary>
/// <param name="Name">Name of the path.</param>
/// <param name="Source">File it came from.</param>
/// <param name="Index">Entry in that file, from 0.</param>
/// <param name="MobileIon">Symbol of the migrating ion.</param>
/// <param name="Sites">Sites of the band.</param>
/// <param name="HopLength">Å.</param>
/// <param name="Barrier">Predicted migration barrier Em, eV.</param>
/// <param name="Raw">Output of the network, scaled units.</param>
/// <param name="Good">Whether the barrier is at or below the threshold.</param>
/// <param name="Reference">Barrier given with the input, eV, if any.</param>
/// <param name="Group">Structural group given with the input, if any.</param>
internal sealed record PredictionRecord(
    string Name,
    string Source,
    int Index,
    string MobileIon,
    int Sites,
    double HopLength,
    double Barrier,
    double Raw,
    bool Good,
    double? Reference,
    string? Group)
{
    /// <summary>Verdict in words.</summary>
    public string Verdict => double.IsNaN(Barrier) ? "none" : Good ? "good" : "poor";

    /// <summary>All outputs in scaled units, of a network with several: none of them is a barrier. Null of one with one.</summary>
    public IReadOnlyList<double>? Outputs { get; init; }
}

/// <summary>An input that gave no prediction.</summary>
/// <param name="Source">File or argument.</param>
/// <param name="Index">Entry in that file, from 0.</param>
/// <param name="Message">The one line that says what is wrong.</param>
internal sealed record PredictionFailure(string Source, int Index, string Message);
