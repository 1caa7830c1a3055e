namespace Migrate.Baselines;

/// <summary>
/// Grows one tree. Nodes lie in depth-first order: the left child follows its parent, <see cref="Right"/> says where the right one is; a leaf has column −1.
/// </summary>
internal sealed class TreeGrower(
    IReadOnlyList<double[]> rows, IReadOnlyList<double> values, IReadOnlyList<double> weights, ExtraTreesOptions options, Random random)
{
    private readonly int[] _order = [.. Enumerable.Range(0, rows.Count)];

    /// <summary>Column that a node splits on, −1 for a leaf.</summary>
    public List<int> Column { get; } = [];

    /// <summary>Right child, counted from the tree's first node.</summary>
    public List<int> Right { get; } = [];

    /// <summary>Threshold of a split (left where at most that), or mean of a leaf.</summary>
    public List<float> Value { get; } = [];

    public void Grow()
    {
        var waiting = new Stack<(int Begin, int End, int Parent)>();
        waiting.Push((0, _order.Length, -1));
        while (waiting.TryPop(out var part))
        {
            var (begin, end, parent) = part;
            var node = Column.Count;
            if (parent >= 0)
            {
                Right[parent] = node;
            }

            if (end - begin >= 2 * options.SmallestLeaf && BestSplit(begin, end) is { } split)
            {
                var middle = Partition(begin, end, split.Column, split.Threshold);
                Add(split.Column, split.Threshold);
                // The left child is taken first and needs no link: it follows its parent.
                waiting.Push((middle, end, node));
                waiting.Push((begin, middle, -1));
            }
            else
            {
                Add(-1, (float)Mean(begin, end));
            }
        }
    }

    private void Add(int column, float value)
    {
        Column.Add(column);
        Right.Add(0);
        Value.Add(value);
    }

    private (int Column, float Threshold)? BestSplit(int begin, int end)
    {
        var columns = rows[0].Length;
        var wanted = Math.Max(1, (int)(columns * options.ColumnShare));
        (int Column, float Threshold)? best = null;
        var bestScore = double.NegativeInfinity;
        int[] pool = [.. Enumerable.Range(0, columns)];
        for (var (tried, left) = (0, columns); tried < wanted && left > 0;)
        {
            var pick = random.Next(left);
            var column = pool[pick];
            pool[pick] = pool[--left];
            var (low, high) = Range(begin, end, column);
            if (!(high > low))
            {
                // A constant column is no try.
                continue;
            }

            tried++;
            var threshold = (float)(low + (random.NextDouble() * (high - low)));
            if (Score(begin, end, column, threshold) is { } score && score > bestScore)
            {
                (best, bestScore) = ((column, threshold), score);
            }
        }

        return best;
    }

    private (double Low, double High) Range(int begin, int end, int column)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var k = begin; k < end; k++)
        {
            var value = rows[_order[k]][column];
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return (low, high);
    }

    // Sum of squared sums over counts of the two sides: largest where most variance is explained. Null where a side is too small.
    private double? Score(int begin, int end, int column, float threshold)
    {
        var (leftSum, rightSum, leftWeight, rightWeight, leftCount) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var k = begin; k < end; k++)
        {
            var (value, weight) = (values[_order[k]], weights[_order[k]]);
            if (rows[_order[k]][column] <= threshold)
            {
                leftSum += weight * value;
                leftWeight += weight;
                leftCount++;
            }
            else
            {
                rightSum += weight * value;
                rightWeight += weight;
            }
        }

        var rightCount = end - begin - leftCount;
        return leftCount < options.SmallestLeaf || rightCount < options.SmallestLeaf
            ? null
            : (leftSum * leftSum / leftWeight) + (rightSum * rightSum / rightWeight);
    }

    private int Partition(int begin, int end, int column, float threshold)
    {
        var middle = begin;
        for (var k = begin; k < end; k++)
        {
            if (rows[_order[k]][column] <= threshold)
            {
                (_order[middle], _order[k]) = (_order[k], _order[middle]);
                middle++;
            }
        }

        return middle;
    }

    private double Mean(int begin, int end)
    {
        var (sum, total) = (0.0, 0.0);
        for (var k = begin; k < end; k++)
        {
            sum += weights[_order[k]] * values[_order[k]];
            total += weights[_order[k]];
        }

        return sum / total;
    }
}
