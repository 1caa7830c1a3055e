using System.Text.Json;
using System.Text.Json.Serialization;
using Migrate.Crystals;

namespace Migrate.Training;

/// <summary>Reads and writes configuration files: JSON with comments and trailing commas, unknown names refused.</summary>
public static class TrainingConfig
{
    private const long LargestFile = 1 << 20;

    /// <summary>Reads a configuration; paths in it are relative to the file's folder.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidInputException">The file is missing, no valid JSON, has an unknown name, or a value out of range.</exception>
    public static TrainingOptions Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > LargestFile })
            {
                throw new InvalidInputException("larger than 1 MiB; this is no training configuration", file);
            }

            var options = JsonSerializer.Deserialize(File.ReadAllText(file), TrainingJson.Default.TrainingOptions)
                ?? throw new InvalidInputException("is null; a configuration is a JSON object", file);
            options.Validate();
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            return options with
            {
                Data = [.. options.Data.Select(path => Path.GetFullPath(path, folder))],
                GraphCacheFolder = options.GraphCacheFolder.Length == 0 ? "" : Path.GetFullPath(options.GraphCacheFolder, folder),
            };
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(Explain(e), file, e.LineNumber is { } line ? (int)line + 1 : null);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], file);
        }
        catch (NullReferenceException)
        {
            throw new InvalidInputException("a section is null; leave it out to get its defaults", file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot be read: {e.Message}", file);
        }
    }

    /// <summary>The configuration as JSON text, every value spelled out.</summary>
    public static string Write(TrainingOptions options) => JsonSerializer.Serialize(options, TrainingJson.Default.TrainingOptions);

    // System.Text.Json's message names the .NET type and repeats path and line; keep what a reader of the file can use.
    private static string Explain(JsonException e)
    {
        var where = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $" at {e.Path.TrimStart('$', '.')}";
        var message = e.Message;
        var unmapped = message.IndexOf("JSON property '", StringComparison.Ordinal);
        if (unmapped >= 0)
        {
            return $"unknown name '{message[(unmapped + 15)..].Split('\'')[0]}'{where}";
        }

        return message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? $"wrong type of value{where}"
            : $"no valid JSON{where}: {message.Split(" Path:")[0].Split(" LineNumber:")[0]}";
    }
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
[JsonSerializable(typeof(RunEnvironment))]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class TrainingJson : JsonSerializerContext;
