using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>How a support vector regression is fitted.</summary>
public sealed record SupportVectorOptions
{
    /// <summary>Bound of a coefficient C; positive.</summary>
    public double Bound { get; set; } = 10;

    /// <summary>Half-width ε of the tube in which errors cost nothing, in the unit of the values.</summary>
    public double Tube { get; set; } = 0.1;

    /// <summary>γ times the number of columns of the Gaussian kernel exp(−γ |x − x'|²) on standardized columns; positive.</summary>
    public double Narrowness { get; set; } = 1;
}

/// <summary>
/// ε-insensitive support vector regression with a Gaussian kernel (Vapnik 1995) on standardized columns, its constant taken into the kernel;
/// solved by coordinate descent on the dual, which for this convex problem ends at the one solution.
/// </summary>
public sealed class SupportVectorRegression
{
    private const int MostSweeps = 2000;
    private const double Precision = 1e-6;

    private readonly double[] _mean, _scale, _coefficients;
    private readonly double[][] _support;
    private readonly double _gamma, _center;

    private SupportVectorRegression(double[] mean, double[] scale, double[] coefficients, double[][] support, double gamma, double center) =>
        (_mean, _scale, _coefficients, _support, _gamma, _center) = (mean, scale, coefficients, support, gamma, center);

    /// <summary>Support vectors.</summary>
    public int Count => _support.Length;

    /// <summary>Fits.</summary>
    /// <param name="rows">[n_data][n_columns].</param>
    /// <param name="values">[n_data] what to predict.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">No data, rows of different lengths, or as many values as rows are missing.</exception>
    public static SupportVectorRegression Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> values, SupportVectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(options);
        Tables.Check(rows, values);
        var (mean, scale) = Moments(rows);
        double[][] points = [.. rows.Select(row => Standardize(row, mean, scale))];
        var gamma = options.Narrowness / mean.Length;
        // A constant column has no scale and counts for nothing.
        var center = values.Average();
        double[] targets = [.. values.Select(v => v - center)];
        var kernel = Kernel(points, gamma);
        var coefficients = Solve(kernel, targets, options);
        int[] support = [.. Enumerable.Range(0, points.Length).Where(i => coefficients[i] != 0)];
        return new SupportVectorRegression(
            mean, scale, [.. support.Select(i => coefficients[i])], [.. support.Select(i => points[i])], gamma, center);
    }

    /// <summary>Predicts a datum.</summary>
    /// <param name="row">[n_columns].</param>
    public double Predict(ReadOnlySpan<double> row)
    {
        var point = Standardize(row, _mean, _scale);
        var sum = _center;
        for (var i = 0; i < _support.Length; i++)
        {
            sum += _coefficients[i] * (1 + Math.Exp(-_gamma * SquaredDistance(point, _support[i])));
        }

        return sum;
    }

    /// <summary>Root of the mean squared difference per column, in standard deviations, from a datum to the nearest support vector: how far it lies from what was learned.</summary>
    /// <param name="row">[n_columns].</param>
    public double DistanceToNearest(ReadOnlySpan<double> row)
    {
        var point = Standardize(row, _mean, _scale);
        return Math.Sqrt(_support.Min(other => SquaredDistance(point, other)) / _mean.Length);
    }

    /// <summary>The fit as tensors, for a checkpoint.</summary>
    public IEnumerable<SafeTensorsEntry> Save(string prefix) =>
    [
        SafeTensorsEntry.Create<double>($"{prefix}.mean", _mean),
        SafeTensorsEntry.Create<double>($"{prefix}.scale", _scale),
        SafeTensorsEntry.Create<double>($"{prefix}.coefficients", _coefficients),
        SafeTensorsEntry.Create<float>($"{prefix}.support", [.. _support.SelectMany(p => p.Select(v => (float)v))], _support.Length, _mean.Length),
        SafeTensorsEntry.Create<double>($"{prefix}.constants", [_gamma, _center]),
    ];

    /// <summary>A fit from tensors; nothing in them is trusted.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="prefix">Of their names.</param>
    /// <param name="columns">Columns of a datum.</param>
    /// <exception cref="ArgumentException">They are no fit over that many columns.</exception>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    public static SupportVectorRegression Load(SafeTensorsFile file, string prefix, int columns)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (mean, scale) = (file[$"{prefix}.mean"].ToArray<double>(), file[$"{prefix}.scale"].ToArray<double>());
        var (coefficients, constants) = (file[$"{prefix}.coefficients"].ToArray<double>(), file[$"{prefix}.constants"].ToArray<double>());
        var support = file[$"{prefix}.support"].ToArray<float>();
        var sound = mean.Length == columns && scale.Length == columns && constants.Length == 2 && coefficients.Length > 0
            && support.Length == (long)coefficients.Length * columns
            && mean.Concat(scale).Concat(coefficients).Concat(constants).All(double.IsFinite) && support.All(float.IsFinite);
        return sound
            ? new SupportVectorRegression(
                mean, scale, coefficients, [.. support.Chunk(columns).Select(p => p.Select(v => (double)v).ToArray())], constants[0], constants[1])
            : throw new ArgumentException($"{prefix} is no support vector regression over {columns} columns");
    }

    private static (double[] Mean, double[] Scale) Moments(IReadOnlyList<double[]> rows)
    {
        var (mean, scale) = (new double[rows[0].Length], new double[rows[0].Length]);
        for (var c = 0; c < mean.Length; c++)
        {
            var average = rows.Average(row => row[c]);
            var deviation = Math.Sqrt(rows.Average(row => (row[c] - average) * (row[c] - average)));
            (mean[c], scale[c]) = (average, deviation > 1e-12 ? 1 / deviation : 0);
        }

        return (mean, scale);
    }

    private static double[] Standardize(ReadOnlySpan<double> row, double[] mean, double[] scale)
    {
        var point = new double[mean.Length];
        for (var c = 0; c < point.Length; c++)
        {
            point[c] = (row[c] - mean[c]) * scale[c];
        }

        return point;
    }

    private static double SquaredDistance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var c = 0; c < a.Length; c++)
        {
            sum += (a[c] - b[c]) * (a[c] - b[c]);
        }

        return sum;
    }

    private static double[][] Kernel(double[][] points, double gamma)
    {
        var kernel = new double[points.Length][];
        Parallel.For(0, points.Length, i =>
            kernel[i] = [.. points.Select(other => 1 + Math.Exp(-gamma * SquaredDistance(points[i], other)))]);
        return kernel;
    }

    // min ½ βᵀKβ − yᵀβ + ε |β|₁ with |βᵢ| ≤ C, one coefficient after another.
    private static double[] Solve(double[][] kernel, double[] targets, SupportVectorOptions options)
    {
        var (beta, output) = (new double[targets.Length], new double[targets.Length]);
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            var largest = 0.0;
            for (var i = 0; i < beta.Length; i++)
            {
                var wish = (beta[i] * kernel[i][i]) + targets[i] - output[i];
                var shrunk = Math.Sign(wish) * Math.Max(0, Math.Abs(wish) - options.Tube) / kernel[i][i];
                var change = Math.Clamp(shrunk, -options.Bound, options.Bound) - beta[i];
                if (change == 0)
                {
                    continue;
                }

                beta[i] += change;
                largest = Math.Max(largest, Math.Abs(change));
                for (var j = 0; j < output.Length; j++)
                {
                    output[j] += change * kernel[i][j];
                }
            }

            if (largest < Precision)
            {
                break;
            }
        }

        return beta;
    }
}
