using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Models;

/// <summary>JSON of a model's folder or of embedded weights, with errors that name it.</summary>
internal static class NamedJson
{
    /// <summary>Reads a value and checks it.</summary>
    /// <param name="path">What to call it in messages.</param>
    /// <param name="stream">Its text.</param>
    /// <param name="read">Reads the text.</param>
    /// <param name="validate">Throws an <see cref="ArgumentException"/> where a member is out of its range.</param>
    /// <exception cref="InvalidInputException">It is no such value, or a member is out of its range.</exception>
    public static T Read<T>(string path, Stream stream, Func<Stream, T?> read, Action<T>? validate = null)
        where T : class
    {
        try
        {
            var value = read(stream) ?? throw new InvalidInputException("is null", path);
            validate?.Invoke(value);
            return value;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"no valid JSON for this file: {e.Message.Split(" Path:")[0]}", path, (int?)e.LineNumber + 1);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], path);
        }
    }
}
