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

    /// <summary>Images of the migrating ion in a band; they are its first sites. 0 where the network reads plain structures, as those of bulk properties do.</summary>
    public int ImageCount { get; set; } = 5;

    /// <summary>Names of the outputs, in their order, where they are properties; null where none are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Properties { get; set; }

    /// <summary>Whether the one output is a barrier; else the outputs are properties of a structure.</summary>
    [JsonIgnore]
    public bool PredictsBarrier => ImageCount > 0 && Model.Outputs == 1;

    /// <summary>Checks network, graph, images and names against each other.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Model.Validate();
        Graph.Validate();
        if (ImageCount != 0 && ImageCount < 2)
        {
            throw new ArgumentException($"imageCount is {ImageCount}; a band has at least 2 images, and 0 stands for plain structures");
        }

        if (ImageCount == 0 && Model.Variant.Inputs() != GraphInputs.Band)
        {
            throw new ArgumentException($"imageCount is 0, but {Model.Variant.Name()} reads two graphs of a path and needs the images of a band");
        }

        if (Properties is { } names && names.Count != Model.Outputs)
        {
            throw new ArgumentException($"properties names {names.Count} of {Model.Outputs} outputs");
        }
    }
}

/// <summary>Serialization without reflection, so that it also works in a trimmed program.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CheckpointConfig))]
[JsonSerializable(typeof(TargetScaler))]
[JsonSerializable(typeof(IReadOnlyList<TargetScaler>))]
[JsonSerializable(typeof(EnsembleConfig))]
[JsonSerializable(typeof(NebModelConfig))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
