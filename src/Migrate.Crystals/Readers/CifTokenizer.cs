using System.Text;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Words of a CIF by its grammar (version 1.1): blanks between words, comments from # on, values in single or double quotes that end
/// with a quote before a blank ('it's' is one value), and texts of several lines between two lines that start with a semicolon.
/// </summary>
internal static class CifTokenizer
{
    /// <summary>Longest text between semicolons, characters.</summary>
    public const int LongestText = 1 << 24;

    public static IEnumerable<CifToken> Read(TextLines lines)
    {
        while (lines.Next() is { } line)
        {
            if (line.StartsWith(';'))
            {
                var start = lines.Number;
                var (text, after) = ReadText(line, lines, start);
                yield return new CifToken(CifTokenKind.Value, text, start, IsQuoted: true);
                line = after;
            }

            var position = 0;
            while (SkipBlanks(line, ref position))
            {
                yield return ReadWord(line, ref position, lines);
            }
        }
    }

    // Returns the text and what follows the closing semicolon.
    private static (string Text, string After) ReadText(string first, TextLines lines, int start)
    {
        var text = new StringBuilder(first, 1, first.Length - 1, Math.Max(16, first.Length));
        while (true)
        {
            var line = lines.Next()
                ?? throw new InvalidInputException("the text that starts with ';' here has no end: a line that starts with ';'", lines.File, start);
            if (line.StartsWith(';'))
            {
                return (text.ToString(), line[1..]);
            }

            text.Append('\n').Append(line);
            if (text.Length > LongestText)
            {
                throw new InvalidInputException($"the text that starts with ';' here is longer than {LongestText} characters", lines.File, start);
            }
        }
    }

    // False at the end of the line or before a comment.
    private static bool SkipBlanks(string line, ref int position)
    {
        while (position < line.Length && char.IsWhiteSpace(line[position]))
        {
            position++;
        }

        return position < line.Length && line[position] != '#';
    }

    private static CifToken ReadWord(string line, ref int position, TextLines lines)
    {
        var start = position;
        var quote = line[start];
        if (quote is '\'' or '"')
        {
            for (var end = start + 1; end < line.Length; end++)
            {
                if (line[end] == quote && (end + 1 == line.Length || char.IsWhiteSpace(line[end + 1])))
                {
                    position = end + 1;
                    return new CifToken(CifTokenKind.Value, line[(start + 1)..end], lines.Number, IsQuoted: true);
                }
            }

            throw lines.Error($"the quote before '{Tokens.Quote(line[(start + 1)..])}' is not closed in this line");
        }

        while (position < line.Length && !char.IsWhiteSpace(line[position]))
        {
            position++;
        }

        return Classify(line[start..position], lines);
    }

    private static CifToken Classify(string word, TextLines lines)
    {
        if (word[0] == '_')
        {
            return new CifToken(CifTokenKind.Tag, word.ToLowerInvariant().Replace('.', '_'), lines.Number);
        }

        if (word.StartsWith("data_", StringComparison.OrdinalIgnoreCase))
        {
            return new CifToken(CifTokenKind.Block, word["data_".Length..], lines.Number);
        }

        if (word.Equals("loop_", StringComparison.OrdinalIgnoreCase))
        {
            return new CifToken(CifTokenKind.Loop, word, lines.Number);
        }

        return word.StartsWith("save_", StringComparison.OrdinalIgnoreCase)
            || word.Equals("stop_", StringComparison.OrdinalIgnoreCase)
            || word.Equals("global_", StringComparison.OrdinalIgnoreCase)
            ? throw lines.Error($"'{Tokens.Quote(word)}' belongs to dictionaries, not to a file with structures")
            : new CifToken(CifTokenKind.Value, word, lines.Number);
    }
}
