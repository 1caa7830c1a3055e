using Migrate.Crystals;

namespace Migrate.Models;

/// <summary>Bands whose straight line runs through another atom: no ion takes that way, and what a barrier means there is anyone's guess.</summary>
internal static class Collision
{
    /// <summary>Nearer than this to the centre of another atom there is no room for an ion, Å.</summary>
    public const double Distance = 0.6;

    /// <summary>The collision in words, or null where there is none.</summary>
    public static string? Problem(Band band)
    {
        var structure = band.Structure;
        for (var image = 0; image < band.ImageCount; image++)
        {
            for (var i = band.ImageCount; i < structure.Count; i++)
            {
                var way = structure.Lattice.ShortestImage(structure.Fractional[i] - structure.Fractional[image]);
                if (structure.Lattice.ToCartesian(way).Length is var distance and < Distance)
                {
                    return FormattableString.Invariant(
                        $"image {image + 1} is {distance:f2} Å from {structure[i].Element} (site {i + 1}): the straight line runs through an atom");
                }
            }
        }

        return null;
    }
}
