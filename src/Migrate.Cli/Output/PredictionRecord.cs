using Migrate.Models;

namespace Migrate.Cli;

/// <summary>One row of a prediction's output.</summary>
/// <param name="Name">Name of the path, or of the structure where properties are predicted.</param>
/// <param name="Source">File it came from.</param>
/// <param name="Index">Entry in that file, from 0.</param>
/// <param name="MobileIon">Symbol of the migrating ion; null of a structure that is no path.</param>
/// <param name="Sites">Sites of the band or structure.</param>
/// <param name="HopLength">Å; null of a structure that is no path.</param>
/// <param name="Prediction">Predicted migration barrier, with its interval and a warning where there are such, or properties.</param>
/// <param name="Good">Whether the barrier is at or below the threshold.</param>
/// <param name="Reference">Barrier given with the input, eV, if any.</param>
/// <param name="Group">Structural group given with the input, if any.</param>
internal sealed record PredictionRecord(
    string Name,
    string Source,
    int Index,
    string? MobileIon,
    int Sites,
    double? HopLength,
    BarrierPrediction Prediction,
    bool Good,
    double? Reference,
    string? Group)
{
    /// <summary>Predicted migration barrier Em, eV.</summary>
    public double Barrier => Prediction.Barrier;

    /// <summary>Verdict in words.</summary>
    public string Verdict => double.IsNaN(Barrier) ? "none" : Good ? "good" : "poor";
}

/// <summary>An input that gave no prediction.</summary>
/// <param name="Source">File or argument.</param>
/// <param name="Index">Entry in that file, from 0.</param>
/// <param name="Message">The one line that says what is wrong.</param>
internal sealed record PredictionFailure(string Source, int Index, string Message);
