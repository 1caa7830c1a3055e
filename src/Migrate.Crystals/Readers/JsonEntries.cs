using System.Buffers;
using System.Text.Json;

namespace Migrate.Crystals.Readers;

/// <summary>
/// The entries of a JSON document, one at a time: the elements of its top-level array, or the document itself where that is an object.
/// Only one entry is in memory; the rest of the document is still unread then.
/// </summary>
internal sealed class JsonEntries(Stream stream, string file)
{
    /// <summary>Longest entry, bytes.</summary>
    public const int LongestEntry = 256 << 20;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);

    private byte[] _buffer = new byte[1 << 16];
    private int _position, _length;
    private int _line = 1;
    private bool _ended;

    /// <summary>True if the document is an array.</summary>
    public bool IsArray { get; private set; }

    /// <summary>Entries; each is disposed when the next one is asked for.</summary>
    public IEnumerable<JsonElement> Read()
    {
        SkipByteOrderMark();
        var first = Peek() ?? throw new InvalidInputException("the file is empty", file);
        IsArray = first == (byte)'[';
        if (!IsArray)
        {
            using var only = Take();
            RequireEnd();
            yield return only.RootElement;
        }
        else
        {
            _position++;
            if (Peek() == (byte)']')
            {
                throw Error("the array is empty");
            }

            while (true)
            {
                using (var entry = Take())
                {
                    yield return entry.RootElement;
                }

                var next = Peek() ?? throw Error("the file ends inside the array");
                _position++;
                if (next == (byte)']')
                {
                    break;
                }

                if (next != (byte)',')
                {
                    throw Error("no ',' or ']' after an entry");
                }
            }

            RequireEnd();
        }
    }

    private void RequireEnd()
    {
        if (Peek() is not null)
        {
            throw Error("more text after the end of the JSON document; a file with one object a line is named .jsonl");
        }
    }

    private JsonDocument Take()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_position, _length - _position), _ended, new JsonReaderState(Options));
            JsonDocument? document;
            try
            {
                if (JsonDocument.TryParseValue(ref reader, out document))
                {
                    Advance((int)reader.BytesConsumed);
                    return document;
                }
            }
            catch (JsonException e)
            {
                _line += (int)(e.LineNumber ?? 0);
                throw Error($"no valid JSON: {Tokens.Reason(e)}");
            }

            Fill();
        }
    }

    /// <summary>The next byte that is not blank, or null at the end.</summary>
    private byte? Peek()
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_position, _length - _position);
            var blank = rest.IndexOfAnyExcept(Blank);
            Advance(blank < 0 ? rest.Length : blank);
            if (blank >= 0)
            {
                return _buffer[_position];
            }

            if (_ended)
            {
                return null;
            }

            Fill();
        }
    }

    private void Advance(int bytes)
    {
        _line += _buffer.AsSpan(_position, bytes).Count((byte)'\n');
        _position += bytes;
    }

    // Moves what is left to the front and reads on; doubles the buffer when an entry fills it, so that parsing it again costs twice at most.
    private void Fill()
    {
        _buffer.AsSpan(_position, _length - _position).CopyTo(_buffer);
        (_length, _position) = (_length - _position, 0);
        if (_length == _buffer.Length)
        {
            if (_length >= LongestEntry)
            {
                throw Error($"an entry is longer than {LongestEntry >> 20} MiB");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.ReadAtLeast(_buffer.AsSpan(_length), _buffer.Length - _length, throwOnEndOfStream: false);
        _ended = read < _buffer.Length - _length;
        _length += read;
    }

    private void SkipByteOrderMark()
    {
        Fill();
        _position = _buffer.AsSpan(0, _length).StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    private InvalidInputException Error(string message) => new(message, file, _line);
}
