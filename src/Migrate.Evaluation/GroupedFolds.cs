namespace Migrate.Evaluation;

/// <summary>
/// Cross-validation folds in which data with the same key (paths of one structure, say) never lie in different folds, so that no
/// fold is validated on what its training has seen.
/// </summary>
public static class GroupedFolds
{
    /// <summary>Deals data out to folds of about equal size.</summary>
    /// <param name="keys">[n] key of each datum.</param>
    /// <param name="folds">Number of folds, at least 2 and at most the number of different keys.</param>
    /// <param name="seed">Which keys come together is random; equal seeds give equal folds.</param>
    /// <returns>[n] fold of each datum, 0 … folds − 1; no fold is empty.</returns>
    /// <exception cref="ArgumentException">There are fewer keys than folds, or fewer than two folds.</exception>
    public static int[] Create(IReadOnlyList<string> keys, int folds, long seed)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        // Sorted by key before the shuffle: the folds depend on the data, not on the order they come in.
        int[][] groups = [.. keys.Select((key, i) => (Key: key, Index: i)).GroupBy(datum => datum.Key, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Select(datum => datum.Index).ToArray())];
        if (groups.Length < folds)
        {
            throw new ArgumentException($"{groups.Length} different keys cannot fill {folds} folds; give fewer folds or more data");
        }

        new RandomSource(seed).Shuffle(groups.AsSpan());
        // Largest groups first, each into the fold that is smallest so far. OrderBy is stable, so equal sizes stay shuffled.
        var fold = new int[keys.Count];
        var sizes = new int[folds];
        foreach (var group in groups.OrderByDescending(group => group.Length))
        {
            var smallest = Array.IndexOf(sizes, sizes.Min());
            sizes[smallest] += group.Length;
            foreach (var i in group)
            {
                fold[i] = smallest;
            }
        }

        return fold;
    }
}
