using System.Text.Json;
using Migrate.Crystals.Readers;

namespace Migrate.Crystals;

/// <summary>
/// Reads labelled bulk structures: a JSON object a line (also .gz) with <c>atoms</c> in the form of jarvis-tools, <c>target</c> and,
/// where the set has a published split, <c>split</c>.
/// </summary>
public static class PropertyReader
{
    /// <summary>The lines of a file, one after another; a broken line is an error of that line only.</summary>
    /// <param name="path">A .jsonl or .jsonl.gz file.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged.</exception>
    public static IEnumerable<PropertyResult> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var lines = Lines(path).GetEnumerator();
        while (true)
        {
            try
            {
                if (!lines.MoveNext())
                {
                    yield break;
                }
            }
            catch (Exception e) when (InputFile.Explain(e, path) is { } error)
            {
                throw error;
            }

            yield return lines.Current;
        }
    }

    // An iterator, so that a missing file is met inside the try above.
    private static IEnumerable<PropertyResult> Lines(string path)
    {
        using var stream = InputFile.Open(path);
        foreach (var line in JsonLines.Read(stream, path))
        {
            yield return line.Error is { } error ? new(null, error) : Parse(line, path);
        }
    }

    private static PropertyResult Parse(JsonLines.Line line, string path)
    {
        try
        {
            var value = line.Value;
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("atoms", out var atoms))
            {
                throw new InvalidInputException("should be an object with atoms and target");
            }

            if (!value.TryGetProperty("target", out var target) || target.ValueKind != JsonValueKind.Number
                || !target.TryGetDouble(out var number) || !double.IsFinite(number))
            {
                throw new InvalidInputException("target should be a finite number");
            }

            var test = value.TryGetProperty("split", out var split) && split.ValueKind == JsonValueKind.String && split.ValueEquals("test"u8);
            var name = value.TryGetProperty("jid", out var id) ? id.ToString() : $"{line.Number}";
            return new(new PropertyEntry(JsonStructures.Read(atoms, name, "atoms"), number, test, path, line.Number), null);
        }
        catch (InvalidInputException e)
        {
            return new(null, new InvalidInputException(e.Message, path, line.Number));
        }
    }
}
