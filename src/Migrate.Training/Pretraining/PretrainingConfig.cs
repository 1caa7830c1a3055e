using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Training.Pretraining;

/// <summary>Reads and writes the configuration of a pre-training: JSON with comments and trailing commas, unknown names refused.</summary>
public static class PretrainingConfig
{
    /// <summary>Reads a configuration; its data folder is relative to the file's folder.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidInputException">The file is missing, no valid JSON, has an unknown name, or a value out of range.</exception>
    public static PretrainingOptions Read(string file)
    {
        var options = ConfigFile.Read(file, TrainingJson.Default.PretrainingOptions, o => o.Validate());
        return options with { Data = Path.GetFullPath(options.Data, Path.GetDirectoryName(Path.GetFullPath(file))!) };
    }

    /// <summary>The configuration as JSON text, every value spelled out.</summary>
    public static string Write(PretrainingOptions options) => JsonSerializer.Serialize(options, TrainingJson.Default.PretrainingOptions);
}
