using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>
/// The two halves of a path, each from its end to the middle. Ions of the migrating element stand where the other half goes on, at its middle and its end:
/// a half knows where the path leads, and how near the next site is. A reversed path has the same halves in the other order.
/// </summary>
public static class PathHalves
{
    /// <summary>Raised when the halves of a path are made in another way.</summary>
    public const int Version = 1;

    /// <summary>Halves of a path.</summary>
    public const int Count = 2;

    /// <summary>The halves.</summary>
    /// <param name="whole">The path.</param>
    /// <param name="ion">What hops along it.</param>
    internal static PathLine[] Of(PathLine whole, Element ion)
    {
        var end = whole.From + whole.Way;
        return [Half(whole.From, 0.5 * whole.Way), Half(end, -0.5 * whole.Way)];

        // The ion stands there once, not in every cell: what a half meets is the same for any choice of the cell.
        PathLine Half(Vector3D from, Vector3D way) => new(from, way, [.. whole.Near, Ion(from + (1.5 * way)), Ion(from + (2 * way))]);
        NearAtom Ion(Vector3D position) => new(position, SiteRole.SameIon, ion.AtomicNumber, ElementProperties.Of(ion.AtomicNumber));
    }
}
