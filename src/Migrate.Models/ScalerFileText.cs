using System.Text.Json;

namespace Migrate.Models;

/// <summary>scaler.json: the statistics of the one target, or an array of those of several.</summary>
internal static class ScalerFileText
{
    public static string Write(IReadOnlyList<TargetScaler> scalers) => scalers.Count == 1
        ? JsonSerializer.Serialize(scalers[0], CheckpointJson.Default.TargetScaler)
        : JsonSerializer.Serialize(scalers, CheckpointJson.Default.IReadOnlyListTargetScaler);

    /// <summary>At least one scaler, or null where the file holds null.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static IReadOnlyList<TargetScaler>? Read(Stream stream)
    {
        using var document = JsonDocument.Parse(stream);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            return document.Deserialize(CheckpointJson.Default.TargetScaler) is { } one ? [one] : null;
        }

        var several = document.Deserialize(CheckpointJson.Default.IReadOnlyListTargetScaler);
        return several is null || several.Count == 0 || several.Any(scaler => scaler is null) ? null : several;
    }
}
