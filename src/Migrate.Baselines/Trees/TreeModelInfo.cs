using System.Text.Json.Serialization;

namespace Migrate.Baselines.Trees;

/// <summary>baseline.json: what a <see cref="TreeModel"/> is made of beside its trees.</summary>
public sealed record TreeModelInfo
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "baseline.json";

    /// <summary>Version of the format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>Forest or boosting.</summary>
    public TreeMethod Method { get; set; }

    /// <summary>Images of a band.</summary>
    public int ImageCount { get; set; } = 5;

    /// <summary>Version of the catalogue that the descriptors are of.</summary>
    public int Catalogue { get; set; }

    /// <summary>Trees.</summary>
    public int Trees { get; set; }

    /// <summary>How they grew: what the inner cross-validation chose.</summary>
    public TreeGrowth Growth { get; set; } = new();

    /// <summary>Mean absolute error of the inner cross-validation, eV.</summary>
    public double InnerMae { get; set; }

    /// <summary>Training paths.</summary>
    public int TrainingPaths { get; set; }

    /// <summary>Correlation that no two descriptors exceed.</summary>
    public double Threshold { get; set; }

    /// <summary>The descriptors, in the order of the trees' columns.</summary>
    public IReadOnlyList<SelectedDescriptor> Descriptors { get; set; } = [];
}

/// <summary>A descriptor that a model kept.</summary>
/// <param name="Name">As in the catalogue.</param>
/// <param name="Correlation">Pearson correlation with the barrier, over the training paths.</param>
/// <param name="Importance">How much the mean absolute error of left-out paths grows when this descriptor is shuffled among them, eV.</param>
public sealed record SelectedDescriptor(string Name, double Correlation, double Importance);

/// <summary>Serialization without reflection, so that it also works in a trimmed program.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TreeModelInfo))]
internal sealed partial class BaselineJson : JsonSerializerContext;
