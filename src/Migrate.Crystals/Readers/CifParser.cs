namespace Migrate.Crystals.Readers;

/// <summary>Puts the words of a CIF together to data blocks, one at a time.</summary>
internal static class CifParser
{
    public static IEnumerable<CifBlock> Read(TextLines lines)
    {
        using var tokens = CifTokenizer.Read(lines).GetEnumerator();
        CifBlock? block = null;
        var more = tokens.MoveNext();
        while (more)
        {
            var token = tokens.Current;
            if (token.Kind == CifTokenKind.Block)
            {
                if (block is not null)
                {
                    yield return block;
                }

                block = new CifBlock(token.Text, lines.File, token.Line);
                more = tokens.MoveNext();
                continue;
            }

            if (block is null)
            {
                throw Error($"'{Tokens.Quote(token.Text)}' before the first data block; a CIF starts with data_name", token.Line);
            }

            more = token.Kind switch
            {
                CifTokenKind.Loop => ReadLoop(tokens, block, lines.File),
                CifTokenKind.Tag => ReadSingle(tokens, block, lines.File),
                _ => throw Error($"the value '{Tokens.Quote(token.Text)}' has no tag; values with blanks need quotes", token.Line),
            };
        }

        if (block is not null)
        {
            yield return block;
        }

        InvalidInputException Error(string message, int line) => new(message, lines.File, line);
    }

    // Both leave the enumerator at the first word after what they read; false at the end of the file.
    private static bool ReadSingle(IEnumerator<CifToken> tokens, CifBlock block, string file)
    {
        var tag = tokens.Current;
        var column = block.Add(tag);
        if (!tokens.MoveNext() || tokens.Current.Kind != CifTokenKind.Value)
        {
            throw new InvalidInputException($"{Tokens.Quote(tag.Text)} has no value; '?' would mean unknown", file, tag.Line);
        }

        column?.Add(tokens.Current);
        return tokens.MoveNext();
    }

    private static bool ReadLoop(IEnumerator<CifToken> tokens, CifBlock block, string file)
    {
        var start = tokens.Current.Line;
        List<List<CifToken>?> columns = [];
        var more = tokens.MoveNext();
        for (; more && tokens.Current.Kind == CifTokenKind.Tag; more = tokens.MoveNext())
        {
            columns.Add(block.Add(tokens.Current));
        }

        if (columns.Count == 0)
        {
            throw new InvalidInputException("loop_ without tags", file, start);
        }

        var (count, last) = (0L, start);
        for (; more && tokens.Current.Kind == CifTokenKind.Value; more = tokens.MoveNext(), count++)
        {
            columns[(int)(count % columns.Count)]?.Add(tokens.Current);
            last = tokens.Current.Line;
        }

        return count % columns.Count == 0
            ? more
            : throw new InvalidInputException(
                $"the loop that starts in line {start} has {columns.Count} columns and {count} values: its last row is not complete",
                file,
                last);
    }
}
