namespace Migrate.Evaluation;

/// <summary>The metrics of one group of the data, for instance one structural group.</summary>
/// <param name="Group">Name of the group; empty where none was given.</param>
/// <param name="Metrics">Of its members.</param>
public sealed record GroupMetrics(string Group, RegressionMetrics Metrics)
{
    /// <summary>Breaks paired values down by group.</summary>
    /// <param name="groups">[n] group of each pair; null counts as an empty name.</param>
    /// <param name="expected">[n] reference values.</param>
    /// <param name="predicted">[n] predictions, same order and unit.</param>
    /// <returns>One row for each group, largest first, equal sizes by name.</returns>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a value is not finite.</exception>
    public static IReadOnlyList<GroupMetrics> Compute(
        IReadOnlyList<string?> groups, IReadOnlyList<double> expected, IReadOnlyList<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        Paired.Check([.. expected], [.. predicted]);
        if (groups.Count != expected.Count)
        {
            throw new ArgumentException($"{groups.Count} groups but {expected.Count} values; they must pair up");
        }

        return
        [
            .. Enumerable.Range(0, groups.Count)
                .GroupBy(i => groups[i] ?? "", StringComparer.Ordinal)
                .OrderByDescending(members => members.Count())
                .ThenBy(members => members.Key, StringComparer.Ordinal)
                .Select(members => new GroupMetrics(
                    members.Key, RegressionMetrics.Compute([.. members.Select(i => expected[i])], [.. members.Select(i => predicted[i])]))),
        ];
    }
}
