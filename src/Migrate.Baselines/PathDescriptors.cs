using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>
/// Numbers that describe a migration path: what the ion meets along the straight line, and what it hops in. Every one is the same for
/// a path and its reverse, for any placement of the crystal, and for any order of the atoms. What the ion meets along the line is also the same
/// for any choice of the cell; what it hops in counts the sites and heights of the cell as given.
/// </summary>
public static class PathDescriptors
{
    /// <summary>Raised when a descriptor of the same name is computed in another way.</summary>
    public const int Version = 1;

    private const double Reach = 7;

    /// <summary>Names, in the order of the values.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. PathProfiles.Names, .. HostDescriptors.Names];

    /// <summary>How many of them, the last, tell what it hops in.</summary>
    internal static int HostCount => HostDescriptors.Names.Count;

    /// <summary>The descriptors of a path.</summary>
    /// <param name="band">The path.</param>
    /// <returns>[n_descriptors] finite values; units as the names say (Å, eV, e), none where a name has none.</returns>
    public static double[] Compute(Band band)
    {
        ArgumentNullException.ThrowIfNull(band);
        var roles = PathSurroundings.Roles(band);
        return Along(band, roles, Line(band, roles));
    }

    /// <summary>The line of a path with what the descriptors look at.</summary>
    internal static PathLine Line(Band band, SiteRole[] roles) => PathSurroundings.Line(band, roles, Reach);

    /// <summary>The descriptors of a path whose line is known.</summary>
    internal static double[] Along(Band band, SiteRole[] roles, PathLine line) =>
        [.. PathProfiles.Compute(band.MobileIon, line), .. HostDescriptors.Compute(band, roles)];
}
