using System.Text.Json;
using System.Text.Json.Serialization;
using Migrate.Crystals;

namespace Migrate.Training;

/// <summary>Reads and writes configuration files: JSON with comments and trailing commas, unknown names refused.</summary>
public static class TrainingConfig
{
    private const string Suffix = "-published.json";

    /// <summary>Names of the configurations that come with the program: every published network at its published size.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Protocol.RowConfigs.ConfigFiles.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal) && !name.StartsWith("pretrain-", StringComparison.Ordinal))
            .Select(name => name[..^".json".Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads a configuration; paths in it are relative to the file's folder.</summary>
    /// <param name="file">The file, or one of <see cref="Names"/>.</param>
    /// <exception cref="InvalidInputException">The file is missing, no valid JSON, has an unknown name, or a value out of range.</exception>
    public static TrainingOptions Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (Names.Contains(file) && !File.Exists(file))
        {
            return ConfigFile.Parse(Protocol.RowConfigs.Config(file)!, file, TrainingJson.Default.TrainingOptions, o => o.Validate(), UnderPolicy);
        }

        var options = ConfigFile.Read(file, TrainingJson.Default.TrainingOptions, o => o.Validate(), UnderPolicy);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return options with
        {
            FineTuning = options.FineTuning with
            {
                From = options.FineTuning.From.Length == 0 ? "" : Path.GetFullPath(options.FineTuning.From, folder),
            },
            Data = [.. options.Data.Select(path => Path.GetFullPath(path, folder))],
            GraphCacheFolder = options.GraphCacheFolder.Length == 0 ? "" : Path.GetFullPath(options.GraphCacheFolder, folder),
        };
    }

    /// <summary>The configuration as JSON text, every value spelled out, so that no policy is needed to read it.</summary>
    public static string Write(TrainingOptions options) => JsonSerializer.Serialize(
        options with { Policy = TrainingPolicy.Default }, TrainingJson.Default.TrainingOptions);

    private static TrainingOptions UnderPolicy(TrainingOptions options) =>
        options.Policy == TrainingPolicy.Published ? PublishedPolicy.Apply(options) : options;
}

/// <summary>Serialization without reflection, so that it also works in a trimmed program.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(Baselines.DescriptorModelOptions))]
[JsonSerializable(typeof(Baselines.Trees.TreeModelOptions))]
[JsonSerializable(typeof(Pretraining.PretrainingOptions))]
[JsonSerializable(typeof(Protocol.RowOptions))]
[JsonSerializable(typeof(RunEnvironment))]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class TrainingJson : JsonSerializerContext;
