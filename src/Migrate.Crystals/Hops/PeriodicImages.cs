namespace Migrate.Crystals.Hops;

/// <summary>Periodic images of a displacement.</summary>
internal static class PeriodicImages
{
    /// <summary>All images within a distance, in the order of their shifts.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="fractional">A displacement, fractional.</param>
    /// <param name="radius">Å.</param>
    public static IEnumerable<((int X, int Y, int Z) Shift, double Length)> Within(Lattice lattice, Vector3D fractional, double radius)
    {
        var heights = lattice.Heights;
        var (x, y, z) = (Range(fractional.X, radius / heights.X), Range(fractional.Y, radius / heights.Y), Range(fractional.Z, radius / heights.Z));
        for (var i = x.First; i <= x.Last; i++)
        {
            for (var j = y.First; j <= y.Last; j++)
            {
                for (var k = z.First; k <= z.Last; k++)
                {
                    var length = lattice.ToCartesian(fractional + new Vector3D(i, j, k)).Length;
                    if (length <= radius)
                    {
                        yield return ((i, j, k), length);
                    }
                }
            }
        }
    }

    // A component of more than this many cell heights is longer than the radius.
    private static (int First, int Last) Range(double start, double reach) => ((int)Math.Ceiling(-reach - start), (int)Math.Floor(reach - start));
}
