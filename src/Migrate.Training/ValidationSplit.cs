using Migrate.Evaluation;

namespace Migrate.Training;

/// <summary>Positions of the training and validation paths in a data set, each ascending and disjoint.</summary>
/// <param name="Training">Positions that train; never empty.</param>
/// <param name="Validation">Positions that validate; may be empty.</param>
public sealed record ValidationSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Validation)
{
    /// <summary>Positions that do neither, ascending: what <see cref="ValidationStrategy.Tail"/> leaves over.</summary>
    public IReadOnlyList<int> Unused { get; init; } = [];

    /// <summary>The split of a data set.</summary>
    /// <param name="groupKeys">[n_paths] framework keys, in file order.</param>
    /// <param name="options">How to choose.</param>
    /// <exception cref="ArgumentException">Too few paths for the split that was asked for.</exception>
    public static ValidationSplit Create(IReadOnlyList<string> groupKeys, ValidationOptions options)
    {
        ArgumentNullException.ThrowIfNull(groupKeys);
        ArgumentNullException.ThrowIfNull(options);
        var count = groupKeys.Count;
        int[] all = [.. Enumerable.Range(0, count)];
        switch (options.Strategy)
        {
            case ValidationStrategy.None:
                return NotEmpty(new ValidationSplit(all, []), options);
            case ValidationStrategy.GroupedFold:
                var folds = GroupedFolds.Create(groupKeys, options.Folds, options.FoldSeed);
                return NotEmpty(
                    new ValidationSplit([.. all.Where(i => folds[i] != options.Fold)], [.. all.Where(i => folds[i] == options.Fold)]), options);
            default:
                // Both shares are rounded down, as published: of 559 paths 503 train, 55 validate and the last one does neither.
                var training = (int)(count * (1 - options.Fraction));
                var validation = (int)(count * options.Fraction);
                return NotEmpty(new ValidationSplit(all[..training], all[training..(training + validation)]) { Unused = all[(training + validation)..] }, options);
        }
    }

    private static ValidationSplit NotEmpty(ValidationSplit split, ValidationOptions options) =>
        split.Training.Count > 0 && (split.Validation.Count > 0 || options.Strategy == ValidationStrategy.None)
            ? split
            : throw new ArgumentException(
                $"a {options.Strategy} split leaves {split.Training.Count} training and {split.Validation.Count} validation paths; give more paths");
}
