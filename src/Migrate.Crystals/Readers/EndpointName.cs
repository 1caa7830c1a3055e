namespace Migrate.Crystals.Readers;

/// <summary>Which end of a path a file holds.</summary>
internal enum PathEnd
{
    /// <summary>The name does not say.</summary>
    None,

    /// <summary>Before the hop.</summary>
    Initial,

    /// <summary>After the hop.</summary>
    Final,
}

/// <summary>
/// What the name of a file says about ends of a path: <c>initial.vasp</c>, <c>LiCoO2_final.cif</c>; also ini, fin, start, end, after
/// <c>_</c>, <c>-</c> or <c>.</c>, in any case.
/// </summary>
/// <param name="End">Which end.</param>
/// <param name="Key">What both ends share; empty where the name is nothing but the end.</param>
internal readonly record struct EndpointName(PathEnd End, string Key)
{
    private static readonly (string Word, PathEnd End)[] Words =
    [
        ("initial", PathEnd.Initial), ("ini", PathEnd.Initial), ("start", PathEnd.Initial),
        ("final", PathEnd.Final), ("fin", PathEnd.Final), ("end", PathEnd.Final),
    ];

    public static EndpointName Of(string file)
    {
        var stem = FileName.Of(file).Stem;
        foreach (var (word, end) in Words)
        {
            if (stem.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                var key = stem[..^word.Length];
                if (key.Length == 0 || key[^1] is '_' or '-' or '.')
                {
                    return new(end, key.TrimEnd('_', '-', '.'));
                }
            }
        }

        return new(PathEnd.None, stem);
    }

    /// <summary>Name of the path that a file belongs to: what both ends share, or the folder where that is nothing.</summary>
    public string PathName(string file) => FileName.TitleOf(file, Key);
}
