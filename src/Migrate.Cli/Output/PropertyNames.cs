using Migrate.Models;

namespace Migrate.Cli;

/// <summary>What tables call the outputs of a property model.</summary>
internal static class PropertyNames
{
    /// <summary>[outputs] names: as the model has them, with the remark where they come in scaled units, or else by number.</summary>
    public static string[] Of(CheckpointFiles network)
    {
        var count = network.Config.Model.Outputs;
        string[] names = [.. network.Config.Properties ?? Enumerable.Range(1, count).Select(k => $"output {k}")];
        return network.Unscale(new double[count]) is null ? [.. names.Select(name => $"{name} (scaled)")] : names;
    }

    /// <summary>[outputs] what goes under these names.</summary>
    public static IReadOnlyList<double> Values(PredictionRecord record) => record.Prediction.Values ?? record.Prediction.Outputs!;
}
