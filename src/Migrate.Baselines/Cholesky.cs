namespace Migrate.Baselines;

/// <summary>The Cholesky factor L of a symmetric positive definite matrix A = L Lᵀ.</summary>
internal sealed class Cholesky
{
    private readonly double[][] _factor;

    /// <summary>Factors a matrix in place.</summary>
    /// <param name="lower">[n][i + 1] its lower triangle, row after row.</param>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public Cholesky(double[][] lower)
    {
        _factor = lower;
        for (var i = 0; i < lower.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = lower[i][j] - Dot(lower[i].AsSpan(0, j), lower[j].AsSpan(0, j));
                lower[i][j] = j < i ? rest / lower[j][j]
                    : rest > 0 ? Math.Sqrt(rest)
                    : throw new ArgumentException("the covariance is not positive definite");
            }
        }
    }

    /// <summary>L⁻¹ b.</summary>
    public double[] Forward(double[] b)
    {
        var x = new double[b.Length];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (b[i] - Dot(_factor[i].AsSpan(0, i), x.AsSpan(0, i))) / _factor[i][i];
        }

        return x;
    }

    /// <summary>A⁻¹ b.</summary>
    public double[] Solve(double[] b)
    {
        var x = Forward(b);
        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= _factor[i][i];
            for (var j = 0; j < i; j++)
            {
                x[j] -= _factor[i][j] * x[i];
            }
        }

        return x;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
