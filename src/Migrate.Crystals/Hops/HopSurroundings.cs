namespace Migrate.Crystals.Hops;

/// <summary>
/// What an ion meets on a hop: every site near it, by its element and its distances from start and end. Hops with equal surroundings are the same by
/// symmetry, or alike beyond any difference in their barrier.
/// </summary>
internal sealed class HopSurroundings
{
    // From either end, Å: beyond the second shell of any site.
    private const double Reach = 5;

    // Distances that differ by less are equal, Å; published coordinates have five decimals and more.
    private const double Tolerance = 0.01;

    private readonly double _length;
    private readonly (byte Element, double FromStart, double FromEnd)[] _sites, _backwards;

    public HopSurroundings(Structure structure, Hop hop, bool dilute)
    {
        _length = hop.Length;
        var (start, end) = (structure.Fractional[hop.From], structure.Fractional[hop.To] + hop.ShiftVector);
        var (middle, way) = ((start + end) * 0.5, structure.Lattice.ToCartesian(end - start));
        var ion = structure.AtomicNumbers[hop.From];
        var sites = new List<(byte Element, double FromStart, double FromEnd)>();
        Clearance = double.PositiveInfinity;
        for (var i = 0; i < structure.Count; i++)
        {
            if (dilute && structure.AtomicNumbers[i] == ion)
            {
                continue;
            }

            foreach (var (shift, _) in PeriodicImages.Within(structure.Lattice, structure.Fractional[i] - middle, Reach + (hop.Length / 2)))
            {
                var place = structure.Fractional[i] + new Vector3D(shift.X, shift.Y, shift.Z);
                var fromStart = structure.Lattice.ToCartesian(place - start);
                var (s, e) = (fromStart.Length, structure.Lattice.ToCartesian(place - end).Length);
                if (Math.Min(s, e) < Tolerance || Math.Min(s, e) > Reach)
                {
                    continue;
                }

                sites.Add((structure.AtomicNumbers[i], s, e));
                var along = Math.Clamp(fromStart.Dot(way) / way.Dot(way), 0, 1);
                Clearance = Math.Min(Clearance, (fromStart - (along * way)).Length);
            }
        }

        (_sites, _backwards) = (Sorted(sites), Sorted(sites.Select(s => (s.Element, s.FromEnd, s.FromStart))));
    }

    /// <summary>Distance from the straight line to the nearest other site, Å.</summary>
    public double Clearance { get; }

    /// <summary>Whether the other hop meets the same, forwards or backwards.</summary>
    public bool IsSameAs(HopSurroundings other) =>
        Math.Abs(_length - other._length) < Tolerance && (Equal(_sites, other._sites) || Equal(_sites, other._backwards));

    // In steps of the tolerance, so that sites at equal distances from the start come in the order of their distances from the end.
    private static (byte, double, double)[] Sorted(IEnumerable<(byte Element, double FromStart, double FromEnd)> sites) =>
        [.. sites.OrderBy(s => s.Element).ThenBy(s => Math.Round(s.FromStart / Tolerance)).ThenBy(s => s.FromEnd)];

    // Every site has a partner in the other: order alone is not relied upon, because rounding may swap neighbours in it.
    private static bool Equal((byte Element, double FromStart, double FromEnd)[] a, (byte Element, double FromStart, double FromEnd)[] b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        var taken = new bool[b.Length];
        for (var (i, first) = (0, 0); i < a.Length; i++)
        {
            while (first < b.Length && taken[first])
            {
                first++;
            }

            var k = first;
            while (k < b.Length && (taken[k] || !Alike(a[i], b[k])))
            {
                if (b[k].Element > a[i].Element || (b[k].Element == a[i].Element && b[k].FromStart > a[i].FromStart + (3 * Tolerance)))
                {
                    return false;
                }

                k++;
            }

            if (k == b.Length)
            {
                return false;
            }

            taken[k] = true;
        }

        return true;
    }

    private static bool Alike((byte Element, double FromStart, double FromEnd) a, (byte Element, double FromStart, double FromEnd) b) =>
        a.Element == b.Element && Math.Abs(a.FromStart - b.FromStart) < Tolerance && Math.Abs(a.FromEnd - b.FromEnd) < Tolerance;
}
