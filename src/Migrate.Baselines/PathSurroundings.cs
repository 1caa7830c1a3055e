using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>What an atom near a path is to the migrating ion.</summary>
internal enum SiteRole
{
    /// <summary>A negative ion.</summary>
    Anion,

    /// <summary>A positive ion of another element.</summary>
    Cation,

    /// <summary>An ion of the migrating element that stays where it is.</summary>
    SameIon,
}

/// <summary>An atom near a path, one of its periodic images.</summary>
internal readonly record struct NearAtom(Vector3D Position, SiteRole Role, int AtomicNumber, ElementProperties Properties);

/// <summary>A straight line that an ion moves along, and what is near it.</summary>
/// <param name="From">Where it begins, Å; the first image of the path is the origin.</param>
/// <param name="Way">From there to its end, Å.</param>
/// <param name="Near">Atoms near the line; those that are further away than is asked for do no harm.</param>
internal readonly record struct PathLine(Vector3D From, Vector3D Way, List<NearAtom> Near);

/// <summary>Which atoms lie near a path, and which of the framework's atoms are anions.</summary>
internal static class PathSurroundings
{
    // A sulphur, nitrogen, … with an oxygen or fluorine this near (Å) is the centre of a complex anion, and positive: sulphate, nitrate.
    private const double CovalentBond = 1.9;

    /// <summary>Roles of the atoms after the images.</summary>
    public static SiteRole[] Roles(Band band)
    {
        var structure = band.Structure;
        var roles = new SiteRole[structure.Count - band.ImageCount];
        for (var i = 0; i < roles.Length; i++)
        {
            var number = structure.AtomicNumbers[band.ImageCount + i];
            roles[i] = number == band.MobileIon.AtomicNumber ? SiteRole.SameIon
                : ElementProperties.Of(number).IsAnion && !IsCentre(band, band.ImageCount + i) ? SiteRole.Anion
                : SiteRole.Cation;
        }

        return roles;
    }

    /// <summary>The straight line from the first image to the last, with the atoms within a distance of it, periodic images included.</summary>
    /// <param name="band">The band; its images are left out.</param>
    /// <param name="roles">Of the atoms after the images.</param>
    /// <param name="reach">Å.</param>
    public static PathLine Line(Band band, SiteRole[] roles, double reach)
    {
        var (structure, near) = (band.Structure, new List<NearAtom>());
        var (from, to) = (structure.Fractional[0], structure.Fractional[band.ImageCount - 1]);
        var (start, way) = (structure.Lattice.ToCartesian(from), structure.Lattice.ToCartesian(to - from));
        var middle = (from + to) * 0.5;
        var radius = reach + (way.Length / 2);
        var heights = structure.Lattice.Heights;
        var range = heights.Map(height => Math.Ceiling(radius / height) + 1);
        for (var i = 0; i < roles.Length; i++)
        {
            var site = structure.Fractional[band.ImageCount + i];
            // The copy whose fractional coordinates are nearest to the middle of the path.
            site -= (site - middle).Map(Math.Round);
            var number = structure.AtomicNumbers[band.ImageCount + i];
            var properties = ElementProperties.Of(number);
            for (var x = -range.X; x <= range.X; x++)
            {
                for (var y = -range.Y; y <= range.Y; y++)
                {
                    for (var z = -range.Z; z <= range.Z; z++)
                    {
                        var position = structure.Lattice.ToCartesian(site + new Vector3D(x, y, z)) - start;
                        if (DistanceToSegment(position, way) <= reach)
                        {
                            near.Add(new NearAtom(position, roles[i], number, properties));
                        }
                    }
                }
            }
        }

        return new PathLine(default, way, near);
    }

    private static double DistanceToSegment(Vector3D point, Vector3D way)
    {
        var t = Math.Clamp(point.Dot(way) / way.Dot(way), 0, 1);
        return (point - (t * way)).Length;
    }

    private static bool IsCentre(Band band, int site)
    {
        var (structure, number) = (band.Structure, band.Structure.AtomicNumbers[site]);
        if (number is 8 or 9)
        {
            return false;
        }

        for (var i = band.ImageCount; i < structure.Count; i++)
        {
            if (structure.AtomicNumbers[i] is 8 or 9
                && structure.Lattice.ToCartesian(structure.Lattice.ShortestImage(structure.Fractional[i] - structure.Fractional[site])).Length < CovalentBond)
            {
                return true;
            }
        }

        return false;
    }
}
