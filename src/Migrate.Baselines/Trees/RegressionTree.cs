namespace Migrate.Baselines.Trees;

/// <summary>
/// A regression tree (Breiman et al., Classification and Regression Trees (1984)): every split is the one of the tried columns and all their thresholds
/// that explains most variance. Nodes lie in depth-first order: the left child follows its parent; a leaf has column −1.
/// </summary>
internal sealed class RegressionTree
{
    private readonly double[][] _rows;
    private readonly double[] _values;
    private readonly TreeGrowth _growth;
    private readonly Random _random;
    private readonly int[] _order;
    private readonly double[] _keys;
    private readonly int[] _sorted;

    /// <summary>Grows a tree.</summary>
    /// <param name="rows">[n_data][n_columns].</param>
    /// <param name="values">[n_data].</param>
    /// <param name="sample">Data that the tree sees; one may be there several times.</param>
    /// <param name="growth">How.</param>
    /// <param name="random">Chooses columns.</param>
    public RegressionTree(double[][] rows, double[] values, int[] sample, TreeGrowth growth, Random random)
    {
        (_rows, _values, _growth, _random, _order) = (rows, values, growth, random, [.. sample]);
        (_keys, _sorted) = (new double[sample.Length], new int[sample.Length]);
        Grow(0, sample.Length, growth.Depth);
    }

    /// <summary>Column that a node splits on, −1 for a leaf.</summary>
    public List<int> Column { get; } = [];

    /// <summary>Right child, counted from the first node.</summary>
    public List<int> Right { get; } = [];

    /// <summary>Threshold of a split (left where at most that), or mean of a leaf.</summary>
    public List<float> Value { get; } = [];

    private void Grow(int begin, int end, int depth)
    {
        var node = Column.Count;
        var split = depth > 0 && end - begin >= 2 * _growth.SmallestLeaf ? BestSplit(begin, end) : null;
        Column.Add(split?.Column ?? -1);
        Right.Add(0);
        Value.Add(split?.Threshold ?? (float)Mean(begin, end));
        if (split is { } s)
        {
            var middle = begin;
            for (var k = begin; k < end; k++)
            {
                if (_rows[_order[k]][s.Column] <= s.Threshold)
                {
                    (_order[middle], _order[k]) = (_order[k], _order[middle]);
                    middle++;
                }
            }

            Grow(begin, middle, depth - 1);
            Right[node] = Column.Count;
            Grow(middle, end, depth - 1);
        }
    }

    private (int Column, float Threshold)? BestSplit(int begin, int end)
    {
        var columns = _rows[0].Length;
        int[] pool = [.. Enumerable.Range(0, columns)];
        var total = Mean(begin, end) * (end - begin);
        (int Column, float Threshold)? best = null;
        var bestScore = (total * total / (end - begin)) + 1e-12;
        for (var (tried, left) = (0, columns); tried < Math.Max(1, (int)(columns * _growth.ColumnShare)) && left > 0; tried++)
        {
            var pick = _random.Next(left);
            var column = pool[pick];
            pool[pick] = pool[--left];
            Scan(begin, end, column, total, ref best, ref bestScore);
        }

        return best;
    }

    private void Scan(int begin, int end, int column, double total, ref (int Column, float Threshold)? best, ref double bestScore)
    {
        var count = end - begin;
        for (var k = 0; k < count; k++)
        {
            (_keys[k], _sorted[k]) = (_rows[_order[begin + k]][column], _order[begin + k]);
        }

        Array.Sort(_keys, _sorted, 0, count);
        var sum = 0.0;
        for (var k = 1; k < count; k++)
        {
            sum += _values[_sorted[k - 1]];
            if (k < _growth.SmallestLeaf || count - k < _growth.SmallestLeaf)
            {
                continue;
            }

            // As it will be stored: rounding may put a datum on the other side.
            var threshold = (float)((_keys[k - 1] + _keys[k]) / 2);
            if (_keys[k - 1] > threshold || _keys[k] <= threshold)
            {
                continue;
            }

            var score = (sum * sum / k) + ((total - sum) * (total - sum) / (count - k));
            if (score > bestScore)
            {
                (best, bestScore) = ((column, threshold), score);
            }
        }
    }

    private double Mean(int begin, int end)
    {
        var sum = 0.0;
        for (var k = begin; k < end; k++)
        {
            sum += _values[_order[k]];
        }

        return sum / (end - begin);
    }
}
