namespace Migrate.Potentials.Optimization;

/// <summary>Vectors of any length as spans of numbers.</summary>
internal static class Vectors
{
    /// <summary>Scalar product.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Length.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>to + factor · what, into the first.</summary>
    public static void Add(Span<double> to, double factor, ReadOnlySpan<double> what)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += factor * what[i];
        }
    }
}
