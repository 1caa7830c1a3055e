namespace Migrate.Evaluation;

/// <summary>
/// The paper's way to set test data aside: the test set mirrors the distribution over structural groups. A group that holds
/// more than 2 % of all data gives its share (at least one), one of 1–2 % gives one, a smaller one none.
/// </summary>
/// <param name="Training">Positions that train, ascending.</param>
/// <param name="Test">Positions that are set aside, ascending.</param>
public sealed record StratifiedSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Test)
{
    /// <summary>Share of all data below which a group gives no test datum.</summary>
    public const double SmallestShare = 0.01;

    /// <summary>Share of all data up to which a group gives exactly one test datum.</summary>
    public const double SingleShare = 0.02;

    /// <summary>Splits data by group.</summary>
    /// <param name="groups">[n] structural group of each datum.</param>
    /// <param name="testShare">Share of the data that tests, above 0 and below 1; the paper has about 0.1 (60 of 619).</param>
    /// <param name="seed">Which members of a group test is random; equal seeds give equal splits.</param>
    /// <exception cref="ArgumentException">No data, or the share is out of range.</exception>
    public static StratifiedSplit Create(IReadOnlyList<string> groups, double testShare, long seed)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count == 0 || !(testShare > 0 && testShare < 1))
        {
            throw new ArgumentException($"a split needs data ({groups.Count} given) and a test share between 0 and 1 ({testShare} given)");
        }

        var random = new RandomSource(seed);
        var test = new SortedSet<int>();
        foreach (var group in Enumerable.Range(0, groups.Count).GroupBy(i => groups[i], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            test.UnionWith(members.AsSpan(0, TestCount(members.Length, groups.Count, testShare)).ToArray());
        }

        return new StratifiedSplit([.. Enumerable.Range(0, groups.Count).Where(i => !test.Contains(i))], [.. test]);
    }

    /// <summary>How many members of a group test.</summary>
    /// <param name="size">Members of the group.</param>
    /// <param name="count">All data.</param>
    /// <param name="testShare">Share of the data that tests.</param>
    internal static int TestCount(int size, int count, double testShare) => ((double)size / count) switch
    {
        < SmallestShare => 0,
        <= SingleShare => 1,
        // A group that is all data could be taken whole at shares near 1; one member stays to train.
        _ => Math.Clamp((int)Math.Round(size * testShare, MidpointRounding.AwayFromZero), 1, Math.Max(1, size - 1)),
    };
}
