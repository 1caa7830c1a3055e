namespace Migrate.Baselines.Trees;

/// <summary>
/// The inner cross-validation: every fold is predicted by trees that were fitted, and whose descriptors were selected, without it.
/// </summary>
internal sealed class TreeSearch
{
    private readonly IReadOnlyList<double[]> _rows;
    private readonly IReadOnlyList<double> _barriers;
    private readonly TreeModelOptions _options;
    private readonly int _seed;
    private readonly List<(int[] Training, int[] Held, IReadOnlyList<int> Columns)> _folds = [];

    public TreeSearch(IReadOnlyList<double[]> rows, IReadOnlyList<double> barriers, IReadOnlyList<int> folds, TreeModelOptions options, int seed)
    {
        (_rows, _barriers, _options, _seed) = (rows, barriers, options, seed);
        foreach (var fold in folds.Distinct().Order())
        {
            int[] training = [.. Enumerable.Range(0, rows.Count).Where(i => folds[i] != fold)];
            var selection = DescriptorSelection.Fit(
                [.. training.Select(i => rows[i])], [.. training.Select(i => barriers[i])], options.SmallestCorrelation, options.Columns);
            _folds.Add((training, [.. Enumerable.Range(0, rows.Count).Where(i => folds[i] == fold)], selection.Columns));
        }
    }

    /// <summary>The growth with the smallest mean absolute error (eV) of held-out paths; of equal ones the first.</summary>
    public (TreeGrowth Growth, double Mae) Choose() => _options.Grid
        .Select(growth => (Growth: growth, Mae: _folds.Sum(fold => Errors(fold, Fit(fold, growth), Rows(fold))) / _barriers.Count))
        .MinBy(found => found.Mae);

    /// <summary>
    /// Permutation importances (Breiman 2001): how much the error of held-out paths grows when a column is shuffled among them, eV, mean over the folds that selected the column.
    /// </summary>
    public Dictionary<int, double> Importances(TreeGrowth growth)
    {
        var found = new Dictionary<int, List<double>>();
        foreach (var fold in _folds)
        {
            var (trees, rows, random) = (Fit(fold, growth), Rows(fold), new Random(_seed));
            var before = Errors(fold, trees, rows);
            for (var c = 0; c < fold.Columns.Count; c++)
            {
                int[] order = [.. Enumerable.Range(0, rows.Length)];
                random.Shuffle(order);
                var shuffled = rows.Select((row, i) =>
                {
                    double[] copy = [.. row];
                    copy[c] = rows[order[i]][c];
                    return copy;
                }).ToArray();
                if (!found.TryGetValue(fold.Columns[c], out var list))
                {
                    found[fold.Columns[c]] = list = [];
                }

                list.Add((Errors(fold, trees, shuffled) - before) / rows.Length);
            }
        }

        return found.ToDictionary(f => f.Key, f => f.Value.Average());
    }

    private TreeEnsemble Fit((int[] Training, int[] Held, IReadOnlyList<int> Columns) fold, TreeGrowth growth) => TreeEnsemble.Fit(
        [.. fold.Training.Select(i => TreeModel.Pick(_rows[i], fold.Columns))],
        [.. fold.Training.Select(i => DescriptorModel.Logarithm(_barriers[i]))], _options.Method, _options.Trees, growth, _seed);

    private double[][] Rows((int[] Training, int[] Held, IReadOnlyList<int> Columns) fold) => [.. fold.Held.Select(i => TreeModel.Pick(_rows[i], fold.Columns))];

    // Sum over the held-out paths.
    private double Errors((int[] Training, int[] Held, IReadOnlyList<int> Columns) fold, TreeEnsemble trees, double[][] rows) =>
        rows.Select((row, k) => Math.Abs(TreeModel.Barrier(trees.Predict(row)) - _barriers[fold.Held[k]])).Sum();
}
