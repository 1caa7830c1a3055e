namespace Migrate.Crystals.Readers;

/// <summary>Kinds of words in a CIF.</summary>
internal enum CifTokenKind
{
    /// <summary><c>data_name</c>; the text is the name.</summary>
    Block,

    /// <summary><c>loop_</c>.</summary>
    Loop,

    /// <summary><c>_tag</c>, in lower case; the newer spelling with a dot (<c>_cell.length_a</c>) is turned into the older one.</summary>
    Tag,

    /// <summary>A value without its quotes.</summary>
    Value,
}

/// <summary>A word of a CIF.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The word.</param>
/// <param name="Line">Line that it starts in, from 1.</param>
/// <param name="IsQuoted">True if quotes or semicolons stood around it: then "?" and "." are text, not a missing value.</param>
internal readonly record struct CifToken(CifTokenKind Kind, string Text, int Line, bool IsQuoted = false)
{
    /// <summary>True for the two signs of a missing value: unknown (?) and not applicable (.).</summary>
    public bool IsMissing => !IsQuoted && Text is ("?" or ".");

    /// <summary>A finite number, with or without its standard uncertainty: 1.234 or 1.234(5).</summary>
    public bool TryNumber(out double value)
    {
        var text = Text;
        if (text.EndsWith(')'))
        {
            var open = text.IndexOf('(', StringComparison.Ordinal);
            if (open < 0 || !IsUncertainty(text.AsSpan(open + 1, text.Length - open - 2)))
            {
                value = 0;
                return false;
            }

            text = text[..open];
        }

        return Tokens.TryNumber(text, out value);
    }

    private static bool IsUncertainty(ReadOnlySpan<char> digits) => !digits.IsEmpty && digits.TrimStart("0123456789.").IsEmpty;
}
