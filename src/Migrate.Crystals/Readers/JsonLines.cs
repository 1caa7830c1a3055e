using System.Text.Json;

namespace Migrate.Crystals.Readers;

/// <summary>The lines of a file with one JSON value a line. A line that is no JSON is an error of that line only.</summary>
internal static class JsonLines
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>One line: what it holds, or what is wrong with it.</summary>
    public readonly record struct Line(int Number, JsonElement Value, InvalidInputException? Error);

    /// <summary>Lines that are not blank; a value is disposed when the next line is asked for.</summary>
    public static IEnumerable<Line> Read(Stream stream, string file)
    {
        var buffer = new byte[1 << 16];
        var (position, length, number, ended) = (0, 0, 1, false);
        while (true)
        {
            var end = buffer.AsSpan(position, length - position).IndexOf((byte)'\n');
            if (end < 0 && !ended)
            {
                buffer.AsSpan(position, length - position).CopyTo(buffer);
                (length, position) = (length - position, 0);
                if (length == buffer.Length)
                {
                    if (length >= JsonEntries.LongestEntry)
                    {
                        throw new InvalidInputException($"the line is longer than {JsonEntries.LongestEntry >> 20} MiB", file, number);
                    }

                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
                ended = read < buffer.Length - length;
                length += read;
                continue;
            }

            var line = buffer.AsMemory(position, end < 0 ? length - position : end);
            if (number == 1 && line.Span.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                var (document, error) = Parse(line, file, number);
                using (document)
                {
                    yield return new Line(number, document?.RootElement ?? default, error);
                }
            }

            if (end < 0)
            {
                yield break;
            }

            position += end + 1;
            number++;
        }
    }

    private static (JsonDocument? Document, InvalidInputException? Error) Parse(ReadOnlyMemory<byte> line, string file, int number)
    {
        try
        {
            return (JsonDocument.Parse(line, Options), null);
        }
        catch (JsonException e)
        {
            return (null, new InvalidInputException($"no valid JSON: {Tokens.Reason(e)}", file, number));
        }
    }
}
