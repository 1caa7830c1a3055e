namespace Migrate.Crystals.Readers;

/// <summary>
/// A symmetry operation of a space group on fractional coordinates: f → R·f + t, with R of whole numbers and determinant ±1.
/// </summary>
/// <param name="X">First row of R.</param>
/// <param name="Y">Second row of R.</param>
/// <param name="Z">Third row of R.</param>
/// <param name="Translation">t, fractional.</param>
internal readonly record struct SymmetryOperation(Vector3D X, Vector3D Y, Vector3D Z, Vector3D Translation)
{
    private const int LongestText = 200;

    /// <summary>True if it moves nothing, or everything by whole lattice vectors.</summary>
    public bool IsIdentity => X == new Vector3D(1, 0, 0) && Y == new Vector3D(0, 1, 0) && Z == new Vector3D(0, 0, 1)
        && Translation == Translation.Map(Math.Round);

    /// <summary>The image of a point, fractional, not wrapped.</summary>
    public Vector3D Apply(Vector3D fractional) => new Vector3D(X.Dot(fractional), Y.Dot(fractional), Z.Dot(fractional)) + Translation;

    /// <summary>
    /// Largest change of a scalar product of two lattice vectors, relative to the longest vector squared: 0 if the operation fits the cell.
    /// </summary>
    public double Misfit(Lattice lattice)
    {
        Vector3D[] before = [lattice.A, lattice.B, lattice.C];
        var (rows, after) = (this, new Vector3D[3]);
        for (var k = 0; k < 3; k++)
        {
            after[k] = lattice.ToCartesian(new(rows.X[k], rows.Y[k], rows.Z[k]));
        }

        var worst = 0.0;
        for (var i = 0; i < 3; i++)
        {
            for (var j = i; j < 3; j++)
            {
                worst = Math.Max(worst, Math.Abs(after[i].Dot(after[j]) - before[i].Dot(before[j])));
            }
        }

        return worst / before.Max(vector => vector.Dot(vector));
    }

    /// <summary>Reads "-x+1/2, y-z, 0.5+z".</summary>
    public static bool TryParse(string text, out SymmetryOperation operation)
    {
        operation = default;
        if (text.Length > LongestText || text.Split(',') is not [var first, var second, var third]
            || !TryRow(first, out var x, out var tx) || !TryRow(second, out var y, out var ty) || !TryRow(third, out var z, out var tz))
        {
            return false;
        }

        operation = new SymmetryOperation(x, y, z, new(tx, ty, tz));
        return Math.Abs(x.Dot(y.Cross(z))) == 1;
    }

    // A sum of terms, each a sign, then x, y or z, or a number, or a whole number times x, y or z.
    private static bool TryRow(string text, out Vector3D row, out double translation)
    {
        (row, translation) = (Vector3D.Zero, 0);
        var rest = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).AsSpan();
        if (rest.IsEmpty)
        {
            return false;
        }

        for (var first = true; !rest.IsEmpty; first = false)
        {
            var sign = rest[0] == '-' ? -1 : 1;
            if (rest[0] is '+' or '-')
            {
                rest = rest[1..];
            }
            else if (!first)
            {
                return false;
            }

            if (!TryTerm(ref rest, out var factor, out var axis))
            {
                return false;
            }

            switch (axis)
            {
                case 'X': row += new Vector3D(sign * factor, 0, 0); break;
                case 'Y': row += new Vector3D(0, sign * factor, 0); break;
                case 'Z': row += new Vector3D(0, 0, sign * factor); break;
                default: translation += sign * factor; break;
            }
        }

        translation = Exact(translation);
        return row == row.Map(Math.Round);
    }

    private static bool TryTerm(ref ReadOnlySpan<char> rest, out double factor, out char axis)
    {
        (factor, axis) = (1, '\0');
        var digits = rest.Length - rest.TrimStart("0123456789.").Length;
        if (digits > 0)
        {
            if (!Tokens.TryNumber(rest[..digits].ToString(), out factor))
            {
                return false;
            }

            rest = rest[digits..];
            if (rest is ['/', ..])
            {
                var end = rest.Length - rest[1..].TrimStart("0123456789").Length;
                if (!Tokens.TryNumber(rest[1..end].ToString(), out var divisor) || divisor == 0)
                {
                    return false;
                }

                factor /= divisor;
                rest = rest[end..];
            }

            if (rest is ['*', ..])
            {
                rest = rest[1..];
            }
            else if (rest.IsEmpty || rest[0] is '+' or '-')
            {
                return true;
            }
        }

        if (rest.IsEmpty || char.ToUpperInvariant(rest[0]) is not ('X' or 'Y' or 'Z'))
        {
            return false;
        }

        axis = char.ToUpperInvariant(rest[0]);
        rest = rest[1..];
        return true;
    }

    // Translations of space groups are multiples of 1/24 in all usual settings; 0.3333 and 0.667 stand for thirds.
    private static double Exact(double translation)
    {
        var nearest = Math.Round(translation * 24) / 24;
        return Math.Abs(translation - nearest) < 5e-4 ? nearest : translation;
    }
}
