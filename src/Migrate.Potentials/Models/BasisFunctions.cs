using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>Functions of a bond's length and of angles that the potentials expand their surroundings in.</summary>
internal static class BasisFunctions
{
    /// <summary>Longest bond of every radial function, Å.</summary>
    public const double Cutoff = 5.0;

    /// <summary>Longest bond of three-body terms, Å.</summary>
    public const double ThreeBodyCutoff = 4.0;

    // Zeros of the spherical Bessel functions j_0, j_1, j_2 (Abramowitz and Stegun, table 10.6).
    private static readonly double[][] Zeros =
    [
        [3.141592653589793, 6.283185307179586, 9.424777960769379],
        [4.493409457909064, 7.725251836937707, 10.904121659428899],
        [5.763459196894550, 9.095011330476355, 12.322940970566582],
    ];

    /// <summary>
    /// Smooth Bessel functions, whose first two derivatives vanish at the cutoff (Kocer, Mason and Erturk, AIP Advances 10, 015021 (2020)).
    /// </summary>
    /// <param name="lengths">[n_bonds] Å.</param>
    /// <param name="count">Number of functions.</param>
    /// <returns>[n_bonds, count].</returns>
    public static Tensor SmoothBessel(Tensor lengths, int count)
    {
        // sin(k_n r) / (k_n r), k_n = (n + 1) π / c.
        var sinc = new Tensor[count + 1];
        for (var n = 0; n <= count; n++)
        {
            var x = lengths * ((n + 1) * Math.PI / Cutoff);
            sinc[n] = x.sin() / x;
        }

        var functions = new Tensor[count];
        var previous = 1.0;
        for (var n = 0; n < count; n++)
        {
            double a = n + 1, b = n + 2;
            var factor = (n % 2 == 0 ? 1 : -1) * Math.Sqrt(2) * Math.PI / Math.Pow(Cutoff, 1.5) * a * b / Math.Sqrt((a * a) + (b * b));
            var h = (sinc[n] + sinc[n + 1]) * factor;
            if (n == 0)
            {
                functions[0] = h;
                continue;
            }

            var e = (double)n * n * (n + 2) * (n + 2) / ((4 * Math.Pow(n + 1, 4)) + 1);
            var d = 1 - (e / previous);
            functions[n] = (h + (functions[n - 1] * Math.Sqrt(e / previous))) / Math.Sqrt(d);
            previous = d;
        }

        return stack(functions, 1);
    }

    /// <summary>Normalized spherical Bessel functions with a zero at the cutoff, l = 0..2, n = 0..2, l-major.</summary>
    /// <param name="lengths">[n_bonds] Å.</param>
    /// <returns>[n_bonds, 9].</returns>
    public static Tensor SphericalBessel(Tensor lengths)
    {
        var functions = new List<Tensor>();
        for (var l = 0; l < 3; l++)
        {
            foreach (var zero in Zeros[l])
            {
                var scale = Math.Sqrt(2 / Math.Pow(Cutoff, 3)) / Math.Abs(J(l + 1, zero));
                functions.Add(J(l, lengths * (zero / Cutoff)) * scale);
            }
        }

        return stack(functions, 1);
    }

    /// <summary>1 − 10 t³ + 15 t⁴ − 6 t⁵ with t = r / 4 Å, and 0 beyond.</summary>
    /// <param name="lengths">[n_bonds] Å.</param>
    public static Tensor PolynomialEnvelope(Tensor lengths)
    {
        var t = (lengths / ThreeBodyCutoff).clamp(max: 1.0);
        return 1 - (t.pow(3) * (10 - (t * (15 - (t * 6)))));
    }

    /// <summary>(cos(π r / 5 Å) + 1) / 2, and 0 beyond.</summary>
    /// <param name="lengths">[n_bonds] Å.</param>
    public static Tensor CosineEnvelope(Tensor lengths) => ((lengths.clamp(max: Cutoff) * (Math.PI / Cutoff)).cos() + 1) * 0.5;

    private static Tensor J(int l, Tensor x) => l switch
    {
        0 => x.sin() / x,
        1 => ((x.sin() / x) - x.cos()) / x,
        _ => (((3 / (x * x)) - 1) * x.sin() / x) - (3 * x.cos() / (x * x)),
    };

    private static double J(int l, double x) => l switch
    {
        1 => ((Math.Sin(x) / x) - Math.Cos(x)) / x,
        2 => (((3 / (x * x)) - 1) * Math.Sin(x) / x) - (3 * Math.Cos(x) / (x * x)),
        _ => (5 * J(2, x) / x) - J(1, x),
    };
}
