using System.Text;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Lines of a text file with their numbers. LF, CRLF and CR end a line, also mixed in one file; the length of a line and text that
/// is none (NUL characters) are checked before anything is taken from it.
/// </summary>
internal sealed class TextLines(TextReader reader, string file)
{
    private const int LongestLine = 1 << 20;

    private readonly StringBuilder _line = new();
    private readonly char[] _buffer = new char[1 << 14];
    private int _position, _end;
    private bool _afterCarriageReturn;

    /// <summary>The file, for messages.</summary>
    public string File => file;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line, or null at the end of the file.</summary>
    public string? Next()
    {
        _line.Clear();
        while (true)
        {
            if (_position == _end)
            {
                (_position, _end) = (0, reader.Read(_buffer, 0, _buffer.Length));
                if (_end == 0)
                {
                    return _line.Length == 0 ? null : Finish();
                }
            }

            // The LF of a CRLF belongs to the line that the CR ended.
            if (_afterCarriageReturn && _buffer[_position] == '\n')
            {
                _position++;
                _afterCarriageReturn = false;
                continue;
            }

            _afterCarriageReturn = false;
            var rest = _buffer.AsSpan(_position, _end - _position);
            var length = rest.IndexOfAny('\n', '\r');
            _line.Append(rest[..(length < 0 ? rest.Length : length)]);
            if (_line.Length > LongestLine)
            {
                Number++;
                throw Error($"the line is longer than {LongestLine} characters; this is no structure file");
            }

            if (length >= 0)
            {
                _afterCarriageReturn = rest[length] == '\r';
                _position += length + 1;
                return Finish();
            }

            _position = _end;
        }
    }

    /// <summary>The next line; it must be there.</summary>
    /// <param name="what">What should stand in it.</param>
    public string Require(string what) => Next() ?? throw new InvalidInputException($"the file ends where {what} should be", file, Number + 1);

    /// <summary>An error in the line that was read last.</summary>
    public InvalidInputException Error(string message) => new(message, file, Number);

    private string Finish()
    {
        Number++;
        var line = _line.ToString();
        return line.Contains('\0') ? throw Error("binary data where text should be; this is no structure file") : line;
    }
}
