using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Migrate.Crystals;

namespace Migrate.Training;

/// <summary>Reads a configuration file of any kind: JSON with comments and trailing commas, unknown names refused, errors in one line.</summary>
internal static class ConfigFile
{
    private const long LargestFile = 1 << 20;

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="file">The file.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="validate">Throws an <see cref="ArgumentException"/> that names the member out of range.</param>
    /// <param name="policy">The settings under the policy that the file asks for, or the same object where it asks for none.</param>
    /// <exception cref="InvalidInputException">The file is missing, no valid JSON, has an unknown name, or a value out of range.</exception>
    public static T Read<T>(string file, JsonTypeInfo<T> type, Action<T> validate, Func<T, T> policy)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > LargestFile })
            {
                throw new InvalidInputException("larger than 1 MiB; this is no training configuration", file);
            }

            return Parse(File.ReadAllText(file), file, type, validate, policy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot be read: {e.Message}", file);
        }
    }

    /// <summary>The same for a text that was read already.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="validate">Throws an <see cref="ArgumentException"/> that names the member out of range.</param>
    /// <param name="policy">The settings under the policy that the text asks for, or the same object where it asks for none.</param>
    /// <exception cref="InvalidInputException">No valid JSON, an unknown name, or a value out of range.</exception>
    public static T Parse<T>(string text, string file, JsonTypeInfo<T> type, Action<T> validate, Func<T, T> policy)
        where T : class
    {
        try
        {
            var options = JsonSerializer.Deserialize(text, type) ?? throw new InvalidInputException("is null; a configuration is a JSON object", file);
            var settings = policy(options);
            options = ReferenceEquals(settings, options) ? options : Over(settings, text, type);
            validate(options);
            return options;
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
    }

    // What the text gives wins over the settings, member by member.
    private static T Over<T>(T settings, string text, JsonTypeInfo<T> type)
    {
        var merged = JsonSerializer.SerializeToNode(settings, type)!.AsObject();
        Merge(merged, JsonNode.Parse(text, null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject());
        return merged.Deserialize(type)!;
    }

    private static void Merge(JsonObject settings, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (value is JsonObject section && settings[name] is JsonObject known)
            {
                Merge(known, section);
            }
            else
            {
                settings[name] = value?.DeepClone();
            }
        }
    }

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
