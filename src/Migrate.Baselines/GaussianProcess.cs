using System.Globalization;
using System.Runtime.Intrinsics;
using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>How the kernels of two kinds of columns make one.</summary>
public enum KernelJoin
{
    /// <summary>The function is the sum of one of the first and one of the last.</summary>
    Sum,

    /// <summary>A datum teaches another only as far as they are alike in both.</summary>
    Product,
}

/// <summary>How a Gaussian process is fitted. Variances are in units of the variance of the values; the defaults are near the maximum of the marginal likelihood, which is flat.</summary>
public sealed record GaussianProcessOptions
{
    /// <summary>Prior variance of the function; positive.</summary>
    public double Variance { get; set; } = 1.9;

    /// <summary>Prior variance of a second function, of the columns that surroundings fill, where there are such and functions are added; positive.</summary>
    public double EnvironmentVariance { get; set; } = 3;

    /// <summary>What the columns of surroundings are to the others, where there are such.</summary>
    public KernelJoin Join { get; set; }

    /// <summary>Length over which the function changes, in root-mean-square standard deviations over the columns; positive.</summary>
    public double Length { get; set; } = 1;

    /// <summary>Variance of the noise; positive.</summary>
    public double Noise { get; set; } = 0.1;

    /// <summary>Variance that data of one group share beside the function: paths of one framework are no independent witnesses; at least 0.</summary>
    public double GroupVariance { get; set; } = 0.02;

    /// <summary>Standardized columns are cut to ± this; positive.</summary>
    public double Clip { get; set; } = 3;

    /// <summary>Checks every member.</summary>
    /// <param name="place">Where the options stand, for the message ("process").</param>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it.</exception>
    public void Validate(string place)
    {
        Require(nameof(Variance), Variance, Variance > 0, "positive");
        Require(nameof(EnvironmentVariance), EnvironmentVariance, EnvironmentVariance > 0, "positive");
        Require(nameof(Length), Length, Length > 0, "positive");
        Require(nameof(Noise), Noise, Noise > 0, "positive");
        Require(nameof(GroupVariance), GroupVariance, GroupVariance >= 0, "at least 0");
        Require(nameof(Clip), Clip, Clip > 0, "positive");

        void Require(string name, double value, bool sound, string range)
        {
            if (!sound || !double.IsFinite(value))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture, $"{place}.{char.ToLowerInvariant(name[0])}{name[1..]} is {value}; it must be {range}"));
            }
        }
    }
}

/// <summary>
/// Gaussian process regression (Rasmussen and Williams 2006, chapter 2) on standardized columns with a Matérn-3/2 kernel of the root-mean-square
/// distance; the prior mean is the median of the values. Where the last columns are of another kind, they have a kernel of their own (<see cref="KernelJoin"/>).
/// A datum may have several parts with the same columns: the function is then the mean of a function of each, so that the order of the parts does not matter.
/// </summary>
public sealed class GaussianProcess
{
    private readonly GaussianProcessOptions _options;
    private readonly double[] _mean, _scale, _weights;
    // [n_data][n_parts][n_columns]
    private readonly double[][][] _points;
    private readonly int[] _groups;
    private readonly double _center, _deviation;
    private readonly int _split;
    private readonly Lazy<Cholesky> _covariance;

    private GaussianProcess(
        GaussianProcessOptions options, int split, (double[] Mean, double[] Scale) columns, double[][][] points, int[] groups, (double Center, double Deviation) values,
        Func<GaussianProcess, double[]> solve)
    {
        (_options, _split, _mean, _scale, _points, _groups, _center, _deviation) =
            (options, split, columns.Mean, columns.Scale, points, groups, values.Center, values.Deviation);
        _covariance = new(Factor);
        _weights = solve(this);
    }

    /// <summary>Data.</summary>
    public int Count => _points.Length;

    /// <summary>Fits.</summary>
    /// <param name="rows">[n_data][n_parts · n_columns], part after part.</param>
    /// <param name="values">[n_data] what to predict.</param>
    /// <param name="groups">[n_data] equal for data of one group.</param>
    /// <param name="options">How.</param>
    /// <param name="environments">The last so many columns of a part have a kernel of their own; 0: there is one of all.</param>
    /// <param name="parts">Parts of a datum.</param>
    /// <exception cref="ArgumentException">No data, rows of different lengths, or lists that do not fit together.</exception>
    public static GaussianProcess Fit(
        IReadOnlyList<double[]> rows, IReadOnlyList<double> values, IReadOnlyList<string> groups, GaussianProcessOptions options, int environments = 0,
        int parts = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        Tables.Check(rows, values);
        if (groups.Count != rows.Count)
        {
            throw new ArgumentException($"{groups.Count} groups for {rows.Count} rows");
        }

        var split = (rows[0].Length / Math.Max(1, parts)) - environments;
        if (parts < 1 || rows[0].Length % parts != 0 || environments < 0 || split <= 0)
        {
            throw new ArgumentException($"{environments} of {rows[0].Length} columns in {parts} parts for a kernel of their own");
        }

        var columns = Moments([.. rows.SelectMany(row => row.Chunk(row.Length / parts))]);
        double[] sorted = [.. values.Order()];
        var center = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        var average = values.Average();
        var deviation = Math.Max(1e-12, Math.Sqrt(values.Average(v => (v - average) * (v - average))));
        var names = groups.Distinct(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(g => g.name, g => g.i, StringComparer.Ordinal);
        return new GaussianProcess(
            options,
            split,
            columns,
            [.. rows.Select(row => Standardize(row, columns.Mean, columns.Scale, options.Clip))],
            [.. groups.Select(g => names[g])],
            (center, deviation),
            process => process._covariance.Value.Solve([.. values.Select(v => (v - center) / deviation)]));
    }

    /// <summary>Predicts a datum of a new group.</summary>
    /// <param name="row">[n_parts · n_columns].</param>
    /// <returns>
    /// The mean; the standard deviation, noise included; and the share of the prior variance of the function that the data leave open, 0 at a
    /// datum, 1 far from all.
    /// </returns>
    public (double Mean, double Deviation, double Openness) Predict(ReadOnlySpan<double> row)
    {
        var point = Standardize(row, _mean, _scale, _options.Clip);
        double[] covariance = [.. _points.Select(other => Kernel(point, other))];
        var mean = 0.0;
        for (var i = 0; i < covariance.Length; i++)
        {
            mean += covariance[i] * _weights[i];
        }

        var explained = _covariance.Value.Forward(covariance).Sum(v => v * v);
        var prior = Kernel(point, point);
        var open = Math.Clamp(prior - explained, 0, prior);
        return (
            _center + (_deviation * mean),
            _deviation * Math.Sqrt(open + _options.GroupVariance + _options.Noise),
            open / prior);
    }

    /// <summary>The fit as tensors, for a checkpoint.</summary>
    public IEnumerable<SafeTensorsEntry> Save(string prefix) =>
    [
        SafeTensorsEntry.Create<double>($"{prefix}.mean", _mean),
        SafeTensorsEntry.Create<double>($"{prefix}.scale", _scale),
        SafeTensorsEntry.Create<double>($"{prefix}.weights", _weights),
        SafeTensorsEntry.Create<int>($"{prefix}.groups", _groups),
        SafeTensorsEntry.Create<double>($"{prefix}.points", [.. _points.SelectMany(p => p).SelectMany(p => p)], _points.Length, _points[0].Length * _mean.Length),
        SafeTensorsEntry.Create<double>(
            $"{prefix}.constants",
            [_center, _deviation, _options.Variance, _options.Length, _options.Noise, _options.GroupVariance, _options.Clip, _options.EnvironmentVariance, (double)_options.Join]),
    ];

    /// <summary>A fit from tensors; nothing in them is trusted.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="prefix">Of their names.</param>
    /// <param name="columns">Columns of a part.</param>
    /// <param name="environments">The last so many have a kernel of their own.</param>
    /// <param name="parts">Parts of a datum.</param>
    /// <exception cref="ArgumentException">They are no fit over that many columns.</exception>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    public static GaussianProcess Load(SafeTensorsFile file, string prefix, int columns, int environments = 0, int parts = 1)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (mean, scale) = (file[$"{prefix}.mean"].ToArray<double>(), file[$"{prefix}.scale"].ToArray<double>());
        var (weights, c) = (file[$"{prefix}.weights"].ToArray<double>(), file[$"{prefix}.constants"].ToArray<double>());
        var (points, groups) = (file[$"{prefix}.points"].ToArray<double>(), file[$"{prefix}.groups"].ToArray<int>());
        // Files of before there were environments, or products, end earlier.
        c = c.Length == 7 ? [.. c, 1, 0] : c.Length == 8 ? [.. c, 0] : c;
        var sound = mean.Length == columns && scale.Length == columns && c.Length == 9 && weights.Length is > 0 and <= 20_000
            && groups.Length == weights.Length && points.Length == (long)weights.Length * columns * parts
            && mean.Concat(scale).Concat(weights).Concat(points).Concat(c).All(double.IsFinite)
            && c[1] > 0 && (c[8] is 0 or 1) && parts > 0 && environments >= 0 && environments < columns;
        var options = sound
            ? new GaussianProcessOptions { Variance = c[2], Length = c[3], Noise = c[4], GroupVariance = c[5], Clip = c[6], EnvironmentVariance = c[7], Join = (KernelJoin)c[8] }
            : throw new ArgumentException($"{prefix} is no Gaussian process over {columns} columns");
        options.Validate(prefix);
        return new GaussianProcess(options, columns - environments, (mean, scale), [.. points.Chunk(columns).Chunk(parts)], groups, (c[0], c[1]), _ => weights);
    }

    private static (double[] Mean, double[] Scale) Moments(IReadOnlyList<double[]> rows)
    {
        var (mean, scale) = (new double[rows[0].Length], new double[rows[0].Length]);
        for (var c = 0; c < mean.Length; c++)
        {
            var average = rows.Average(row => row[c]);
            var deviation = Math.Sqrt(rows.Average(row => (row[c] - average) * (row[c] - average)));
            // A constant column counts for nothing.
            (mean[c], scale[c]) = (average, deviation > 1e-12 ? 1 / deviation : 0);
        }

        return (mean, scale);
    }

    private static double[][] Standardize(ReadOnlySpan<double> row, double[] mean, double[] scale, double clip)
    {
        var parts = new double[row.Length / mean.Length][];
        for (var p = 0; p < parts.Length; p++)
        {
            parts[p] = new double[mean.Length];
            for (var c = 0; c < mean.Length; c++)
            {
                parts[p][c] = Math.Clamp((row[(p * mean.Length) + c] - mean[c]) * scale[c], -clip, clip);
            }
        }

        return parts;
    }

    // The covariance of two means of functions of parts is the mean covariance of the parts.
    private double Kernel(double[][] a, double[][] b)
    {
        var sum = 0.0;
        foreach (var one in a)
        {
            foreach (var other in b)
            {
                sum += Kernel(one, other);
            }
        }

        return sum / (a.Length * b.Length);
    }

    private double Kernel(double[] a, double[] b)
    {
        var first = Matern(a.AsSpan(0, _split), b.AsSpan(0, _split));
        if (_split == a.Length)
        {
            return _options.Variance * first;
        }

        var last = Matern(a.AsSpan(_split), b.AsSpan(_split));
        return _options.Join == KernelJoin.Product ? _options.Variance * first * last : (_options.Variance * first) + (_options.EnvironmentVariance * last);
    }

    private double Matern(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        // In four sums on every machine, so that all of them round alike.
        var sums = Vector256<double>.Zero;
        var c = 0;
        for (; c + Vector256<double>.Count <= a.Length; c += Vector256<double>.Count)
        {
            var difference = Vector256.Create(a[c..]) - Vector256.Create(b[c..]);
            sums += difference * difference;
        }

        var sum = Vector256.Sum(sums);
        for (; c < a.Length; c++)
        {
            sum += (a[c] - b[c]) * (a[c] - b[c]);
        }

        var r = Math.Sqrt(3 * sum / a.Length) / _options.Length;
        return (1 + r) * Math.Exp(-r);
    }

    private Cholesky Factor()
    {
        var matrix = new double[Count][];
        Parallel.For(0, Count, i =>
        {
            matrix[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                matrix[i][j] = Kernel(_points[i], _points[j])
                    + (_groups[i] == _groups[j] ? _options.GroupVariance : 0) + (i == j ? _options.Noise : 0);
            }
        });
        return new Cholesky(matrix);
    }
}
