namespace Migrate.Crystals;

/// <summary>
/// The lattice of a crystal: three vectors in Å, as the rows a, b, c of a matrix, so that
/// cartesian = fractional · lattice (row vector times matrix). Right- and left-handed cells are both allowed.
/// </summary>
public sealed class Lattice
{
    /// <summary>Smallest cell volume taken for a crystal, Å³; below it the vectors are treated as coplanar.</summary>
    public const double SmallestVolume = 1e-3;

    private readonly Vector3D _inverseA, _inverseB, _inverseC;

    /// <summary>A lattice from its three vectors.</summary>
    /// <param name="a">First vector, Å.</param>
    /// <param name="b">Second vector, Å.</param>
    /// <param name="c">Third vector, Å.</param>
    /// <exception cref="ArgumentException">A component is not finite, or the volume is below <see cref="SmallestVolume"/>.</exception>
    public Lattice(Vector3D a, Vector3D b, Vector3D c)
    {
        if (!a.IsFinite || !b.IsFinite || !c.IsFinite)
        {
            throw new ArgumentException("lattice vectors must be finite numbers (Å)");
        }

        (A, B, C) = (a, b, c);
        var signedVolume = a.Dot(b.Cross(c));
        Volume = Math.Abs(signedVolume);
        if (!(Volume >= SmallestVolume) || !double.IsFinite(Volume))
        {
            throw new ArgumentException($"lattice vectors span a volume of {Volume:g3} Å³; a crystal needs at least {SmallestVolume} Å³");
        }

        _inverseA = b.Cross(c) * (1 / signedVolume);
        _inverseB = c.Cross(a) * (1 / signedVolume);
        _inverseC = a.Cross(b) * (1 / signedVolume);
    }

    /// <summary>First lattice vector, Å.</summary>
    public Vector3D A { get; }

    /// <summary>Second lattice vector, Å.</summary>
    public Vector3D B { get; }

    /// <summary>Third lattice vector, Å.</summary>
    public Vector3D C { get; }

    /// <summary>Cell volume, Å³, positive.</summary>
    public double Volume { get; }

    /// <summary>Lengths of a, b and c, Å.</summary>
    public Vector3D Lengths => new(A.Length, B.Length, C.Length);

    /// <summary>Distances between opposite faces of the cell, along a, b and c, Å.</summary>
    public Vector3D Heights => new(1 / _inverseA.Length, 1 / _inverseB.Length, 1 / _inverseC.Length);

    /// <summary>Angles α (b,c), β (a,c) and γ (a,b), degrees.</summary>
    public Vector3D Angles => new(Angle(B, C), Angle(A, C), Angle(A, B));

    /// <summary>A lattice from cell lengths and angles, with a along x and b in the xy plane.</summary>
    /// <param name="a">Length of a, Å.</param>
    /// <param name="b">Length of b, Å.</param>
    /// <param name="c">Length of c, Å.</param>
    /// <param name="alpha">Angle between b and c, degrees.</param>
    /// <param name="beta">Angle between a and c, degrees.</param>
    /// <param name="gamma">Angle between a and b, degrees.</param>
    /// <exception cref="ArgumentException">A length is not positive, or the angles close no cell.</exception>
    public static Lattice FromParameters(double a, double b, double c, double alpha, double beta, double gamma)
    {
        if (!(a > 0) || !(b > 0) || !(c > 0))
        {
            throw new ArgumentException($"cell lengths must be positive (Å), not {a}, {b}, {c}");
        }

        if (!(Math.Min(alpha, Math.Min(beta, gamma)) > 0) || !(Math.Max(alpha, Math.Max(beta, gamma)) < 180))
        {
            throw new ArgumentException($"cell angles must lie between 0 and 180°, not {alpha}, {beta}, {gamma}");
        }

        var (cosAlpha, cosBeta, cosGamma) = (CosDegrees(alpha), CosDegrees(beta), CosDegrees(gamma));
        var sinGamma = Math.Sqrt(1 - (cosGamma * cosGamma));
        var cx = cosBeta;
        var cy = (cosAlpha - (cosBeta * cosGamma)) / sinGamma;
        var cz2 = 1 - (cx * cx) - (cy * cy);
        if (!(cz2 > 0))
        {
            throw new ArgumentException($"cell angles {alpha}, {beta}, {gamma}° close no cell");
        }

        return new Lattice(new(a, 0, 0), new(b * cosGamma, b * sinGamma, 0), new(c * cx, c * cy, c * Math.Sqrt(cz2)));
    }

    /// <summary>Cartesian vector (Å) of fractional coordinates; no wrapping.</summary>
    public Vector3D ToCartesian(Vector3D fractional) => (fractional.X * A) + (fractional.Y * B) + (fractional.Z * C);

    /// <summary>Fractional coordinates of a Cartesian vector (Å); no wrapping.</summary>
    public Vector3D ToFractional(Vector3D cartesian) => new(cartesian.Dot(_inverseA), cartesian.Dot(_inverseB), cartesian.Dot(_inverseC));

    /// <summary>A vector of the reciprocal lattice, h a* + k b* + l c* with a* · a = 1, 1/Å.</summary>
    public Vector3D Reciprocal(double h, double k, double l) => (h * _inverseA) + (k * _inverseB) + (l * _inverseC);

    /// <summary>
    /// The shortest periodic image of a fractional displacement, exact for any cell shape: the search covers every image
    /// that could be shorter than the component-wise one.
    /// </summary>
    /// <param name="fractional">Displacement in fractional coordinates.</param>
    /// <returns>The same displacement plus whole lattice vectors, in fractional coordinates. On ties the first in shift order.</returns>
    public Vector3D ShortestImage(Vector3D fractional)
    {
        var start = fractional - fractional.Map(x => Math.Floor(x + 0.5));
        var limit = ToCartesian(start).Length;
        var (best, bestLength) = (start, limit);
        var heights = Heights;
        var (na, nb, nc) = (Reach(limit, heights.X), Reach(limit, heights.Y), Reach(limit, heights.Z));
        for (var i = -na; i <= na; i++)
        {
            for (var j = -nb; j <= nb; j++)
            {
                for (var k = -nc; k <= nc; k++)
                {
                    var candidate = start + new Vector3D(i, j, k);
                    var length = ToCartesian(candidate).Length;
                    if (length < bestLength - 1e-9)
                    {
                        (best, bestLength) = (candidate, length);
                    }
                }
            }
        }

        return best;
    }

    // A displacement with |component| ≤ ½ moved by n cells has |component| ≥ n − ½, so its length is at least (n − ½)·height.
    private static int Reach(double limit, double height) => (int)Math.Min(64, Math.Ceiling((limit / height) + 0.5));

    private static double Angle(Vector3D u, Vector3D v) => Math.Acos(Math.Clamp(u.Dot(v) / (u.Length * v.Length), -1, 1)) * 180 / Math.PI;

    // Exact zero at 90°, so that orthogonal cells come out orthogonal.
    private static double CosDegrees(double degrees) => degrees == 90 ? 0 : Math.Cos(degrees * Math.PI / 180);
}
