using Migrate.Graphs;

namespace Migrate.Baselines.Trees;

/// <summary>Trees that predict together: a start value, and a share of each tree's value.</summary>
internal sealed class TreeEnsemble
{
    private readonly int[] _begin, _column, _right;
    private readonly float[] _value;

    private TreeEnsemble(double start, double share, int[] begin, int[] column, int[] right, float[] value) =>
        (Start, Share, _begin, _column, _right, _value) = (start, share, begin, column, right, value);

    /// <summary>Prediction without a tree.</summary>
    public double Start { get; }

    /// <summary>What a tree's value counts: one over their number in a forest, the rate in boosting.</summary>
    public double Share { get; }

    /// <summary>Trees.</summary>
    public int Count => _begin.Length - 1;

    /// <summary>Grows trees.</summary>
    /// <param name="rows">[n_data][n_columns].</param>
    /// <param name="values">[n_data].</param>
    /// <param name="method">Forest or boosting.</param>
    /// <param name="trees">How many.</param>
    /// <param name="growth">How each grows.</param>
    /// <param name="seed">Equal seeds give equal trees.</param>
    public static TreeEnsemble Fit(double[][] rows, double[] values, TreeMethod method, int trees, TreeGrowth growth, int seed)
    {
        var grown = new RegressionTree[trees];
        var start = method == TreeMethod.RandomForest ? 0 : values.Average();
        Random Source(int tree) => new(unchecked((seed * 1_000_003) + tree));
        if (method == TreeMethod.RandomForest)
        {
            Parallel.For(0, trees, tree =>
            {
                var random = Source(tree);
                int[] sample = [.. values.Select(_ => random.Next(values.Length))];
                grown[tree] = new RegressionTree(rows, values, sample, growth, random);
            });
        }
        else
        {
            double[] rest = [.. values.Select(v => v - start)];
            for (var tree = 0; tree < trees; tree++)
            {
                var random = Source(tree);
                int[] all = [.. Enumerable.Range(0, values.Length)];
                random.Shuffle(all);
                var next = grown[tree] = new RegressionTree(rows, rest, all[..Math.Max(1, (int)(growth.RowShare * all.Length))], growth, random);
                for (var i = 0; i < rest.Length; i++)
                {
                    rest[i] -= growth.Rate * Walk(rows[i], next.Column, next.Right, next.Value, 0);
                }
            }
        }

        var begin = new int[trees + 1];
        for (var tree = 0; tree < trees; tree++)
        {
            begin[tree + 1] = begin[tree] + grown[tree].Column.Count;
        }

        return new TreeEnsemble(
            start, method == TreeMethod.RandomForest ? 1.0 / trees : growth.Rate, begin,
            [.. grown.SelectMany(t => t.Column)], [.. grown.SelectMany(t => t.Right)], [.. grown.SelectMany(t => t.Value)]);
    }

    /// <summary>Predicts a datum.</summary>
    /// <param name="row">[n_columns].</param>
    public double Predict(double[] row)
    {
        var sum = 0.0;
        for (var tree = 0; tree < Count; tree++)
        {
            sum += Walk(row, _column, _right, _value, _begin[tree]);
        }

        return Start + (Share * sum);
    }

    /// <summary>The trees as tensors.</summary>
    public IEnumerable<SafeTensorsEntry> Save() =>
    [
        SafeTensorsEntry.Create<double>("scale", [Start, Share]),
        SafeTensorsEntry.Create<int>("begin", _begin),
        SafeTensorsEntry.Create<int>("column", _column),
        SafeTensorsEntry.Create<int>("right", _right),
        SafeTensorsEntry.Create<float>("value", _value),
    ];

    /// <summary>Trees from tensors; nothing in them is trusted.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="columns">Columns of a datum.</param>
    /// <exception cref="ArgumentException">They are no trees over that many columns.</exception>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    public static TreeEnsemble Load(SafeTensorsFile file, int columns)
    {
        var (scale, begin, column, right, value) = (
            file["scale"].ToArray<double>(), file["begin"].ToArray<int>(), file["column"].ToArray<int>(), file["right"].ToArray<int>(), file["value"].ToArray<float>());
        var sound = scale.Length == 2 && scale.All(double.IsFinite) && begin.Length >= 2 && begin[0] == 0 && begin[^1] == column.Length
            && right.Length == column.Length && value.Length == column.Length;
        for (var tree = 0; sound && tree + 1 < begin.Length; tree++)
        {
            sound = begin[tree] < begin[tree + 1];
            for (var node = begin[tree]; sound && node < begin[tree + 1]; node++)
            {
                // Children come after their parent, so that every walk ends.
                sound = column[node] < columns && float.IsFinite(value[node])
                    && (column[node] < 0 || (begin[tree] + (long)right[node] > node + 1L && begin[tree] + (long)right[node] < begin[tree + 1]));
            }
        }

        return sound ? new TreeEnsemble(scale[0], scale[1], begin, column, right, value) : throw new ArgumentException($"these are no trees over {columns} columns");
    }

    private static double Walk(double[] row, IReadOnlyList<int> column, IReadOnlyList<int> right, IReadOnlyList<float> value, int begin)
    {
        var node = begin;
        while (column[node] >= 0)
        {
            node = row[column[node]] <= value[node] ? node + 1 : begin + right[node];
        }

        return value[node];
    }
}
