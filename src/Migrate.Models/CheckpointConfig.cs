using System.Text.Json.Serialization;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>config.json of a checkpoint: everything beside the weights that a prediction depends on.</summary>
public sealed record CheckpointConfig
{
    /// <summary>Version of the folder's format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the folder's format.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>Name of the architecture, <see cref="AlignnVariants.Name"/> of the network's variant.</summary>
    public string Architecture { get; set; } = AlignnVariant.Model3.Name();

    /// <summary>Sizes of the network.</summary>
    public AlignnOptions Model { get; set; } = new();

    /// <summary>How structures become graphs.</summary>
    public GraphSettings Graph { get; set; } = new();

    /// <summary>Images of the migrating ion in a band; they are its first sites.</summary>
    public int ImageCount { get; set; } = 5;
}

/// <summary>Serialization without reflection, so that it also works in a trimmed program.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CheckpointConfig))]
[JsonSerializable(typeof(TargetScaler))]
[JsonSerializable(typeof(EnsembleConfig))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
