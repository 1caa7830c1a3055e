using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>How trees are grown.</summary>
public sealed record ExtraTreesOptions
{
    /// <summary>Trees; at least 1.</summary>
    public int Trees { get; set; } = 300;

    /// <summary>Fewest data in a leaf; at least 1.</summary>
    public int SmallestLeaf { get; set; } = 2;

    /// <summary>Share of the columns that are tried at a split, above 0 to 1.</summary>
    public double ColumnShare { get; set; } = 0.4;
}

/// <summary>
/// Extremely randomized trees for regression (Geurts, Ernst and Wehenkel, Mach. Learn. 63, 3 (2006)): every tree sees all data; a split tries
/// some columns, each at one random threshold, and takes the one that explains most variance. The prediction is the mean over the trees.
/// </summary>
public sealed class ExtraTrees
{
    private readonly int[] _begin;
    private readonly int[] _column, _right;
    private readonly float[] _value;

    private ExtraTrees(int[] begin, int[] column, int[] right, float[] value) => (_begin, _column, _right, _value) = (begin, column, right, value);

    /// <summary>Trees.</summary>
    public int Count => _begin.Length - 1;

    /// <summary>Nodes of all trees.</summary>
    public int Nodes => _column.Length;

    /// <summary>Grows trees.</summary>
    /// <param name="rows">[n_data][n_columns].</param>
    /// <param name="values">[n_data] what to predict.</param>
    /// <param name="weights">[n_data] how much each counts; positive.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal trees.</param>
    /// <exception cref="ArgumentException">No data, rows of different lengths, or as many values as rows are missing.</exception>
    public static ExtraTrees Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> values, IReadOnlyList<double> weights, ExtraTreesOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        Tables.Check(rows, values);
        Tables.Check(rows, weights);
        var grown = new TreeGrower[options.Trees];
        Parallel.For(0, options.Trees, tree =>
        {
            grown[tree] = new TreeGrower(rows, values, weights, options, new Random(unchecked((seed * 1_000_003) + tree)));
            grown[tree].Grow();
        });
        var begin = new int[options.Trees + 1];
        for (var tree = 0; tree < options.Trees; tree++)
        {
            begin[tree + 1] = begin[tree] + grown[tree].Column.Count;
        }

        return new ExtraTrees(
            begin, [.. grown.SelectMany(t => t.Column)], [.. grown.SelectMany(t => t.Right)], [.. grown.SelectMany(t => t.Value)]);
    }

    /// <summary>Predicts a datum.</summary>
    /// <param name="row">[n_columns].</param>
    /// <returns>Mean over the trees, and their standard deviation.</returns>
    public (double Mean, double Spread) Predict(ReadOnlySpan<double> row)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var tree = 0; tree < Count; tree++)
        {
            var node = _begin[tree];
            while (_column[node] >= 0)
            {
                node = row[_column[node]] <= _value[node] ? node + 1 : _begin[tree] + _right[node];
            }

            sum += _value[node];
            squares += (double)_value[node] * _value[node];
        }

        var mean = sum / Count;
        return (mean, Math.Sqrt(Math.Max(0, (squares / Count) - (mean * mean))));
    }

    /// <summary>The trees as tensors, for a checkpoint.</summary>
    public IEnumerable<SafeTensorsEntry> Save(string prefix) =>
    [
        SafeTensorsEntry.Create<int>($"{prefix}.begin", _begin),
        SafeTensorsEntry.Create<int>($"{prefix}.column", _column),
        SafeTensorsEntry.Create<int>($"{prefix}.right", _right),
        SafeTensorsEntry.Create<float>($"{prefix}.value", _value),
    ];

    /// <summary>Trees from tensors; nothing in them is trusted.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="prefix">Of their names.</param>
    /// <param name="columns">Columns of a datum.</param>
    /// <exception cref="ArgumentException">They are no trees over that many columns.</exception>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    public static ExtraTrees Load(SafeTensorsFile file, string prefix, int columns)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (begin, column, right, value) = (
            file[$"{prefix}.begin"].ToArray<int>(), file[$"{prefix}.column"].ToArray<int>(), file[$"{prefix}.right"].ToArray<int>(), file[$"{prefix}.value"].ToArray<float>());
        var sound = begin.Length >= 2 && begin[0] == 0 && begin[^1] == column.Length && right.Length == column.Length && value.Length == column.Length;
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

        return sound ? new ExtraTrees(begin, column, right, value) : throw new ArgumentException($"{prefix} are no trees over {columns} columns");
    }
}
