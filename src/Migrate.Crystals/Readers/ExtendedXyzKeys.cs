using System.Text;

namespace Migrate.Crystals.Readers;

/// <summary>The <c>key=value</c> pairs of the second line of a frame; values may be in quotes or braces, a lone key stands for T.</summary>
internal static class ExtendedXyzKeys
{
    /// <summary>Reads the line; keys ignore case, and of two equal ones the last counts.</summary>
    public static Dictionary<string, string> Parse(string line, TextLines lines)
    {
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var position = 0;
        while (true)
        {
            while (position < line.Length && char.IsWhiteSpace(line[position]))
            {
                position++;
            }

            if (position == line.Length)
            {
                return keys;
            }

            var key = Word(line, ref position, lines, stopAtEquals: true);
            var hasValue = position < line.Length && line[position] == '=';
            position += hasValue ? 1 : 0;
            keys[key] = hasValue ? Word(line, ref position, lines, stopAtEquals: false) : "T";
        }
    }

    private static string Word(string line, ref int position, TextLines lines, bool stopAtEquals)
    {
        var close = position < line.Length ? line[position] switch { '"' => '"', '\'' => '\'', '{' => '}', _ => '\0' } : '\0';
        var word = new StringBuilder();
        for (position += close == '\0' ? 0 : 1; position < line.Length; position++)
        {
            var c = line[position];
            if (close == '\0' ? char.IsWhiteSpace(c) || (c == '=' && stopAtEquals) : c == close)
            {
                position += close == '\0' ? 0 : 1;
                return word.ToString();
            }

            if (c == '\\' && close != '\0' && position + 1 < line.Length)
            {
                c = line[++position];
            }

            word.Append(c);
        }

        return close == '\0' ? word.ToString() : throw lines.Error($"a {close} is missing at the end of the line");
    }
}
