using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Training.Pretraining;

/// <summary>Reads and writes the configuration of a pre-training: JSON with comments and trailing commas, unknown names refused.</summary>
public static class PretrainingConfig
{
    /// <summary>Reads a configuration; its data folder is relative to the file's folder.</summary>
    /// <param name="file">The file, or <c>pretrain-compact</c> or <c>pretrain-published</c>, which come with the program.</param>
    /// <exception cref="InvalidInputException">The file is missing, no valid JSON, has an unknown name, or a value out of range.</exception>
    public static PretrainingOptions Read(string file)
    {
        if (!File.Exists(file) && Protocol.RowConfigs.Config(file) is not null && file.StartsWith("pretrain-", StringComparison.Ordinal))
        {
            return Protocol.RowConfigs.Pretraining(file);
        }

        var options = ConfigFile.Read(file, TrainingJson.Default.PretrainingOptions, o => o.Validate(), UnderPolicy);
        return options with { Data = Path.GetFullPath(options.Data, Path.GetDirectoryName(Path.GetFullPath(file))!) };
    }

    /// <summary>The configuration as JSON text, every value spelled out, so that no policy is needed to read it.</summary>
    public static string Write(PretrainingOptions options) => JsonSerializer.Serialize(
        options with { Policy = TrainingPolicy.Default }, TrainingJson.Default.PretrainingOptions);

    internal static PretrainingOptions UnderPolicy(PretrainingOptions options) =>
        options.Policy == TrainingPolicy.Published ? PublishedPolicy.Apply(options) : options;
}
