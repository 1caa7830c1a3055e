namespace Migrate.Crystals;

/// <summary>A band: one structure that holds the images of the migrating ion as its first sites, then the framework.</summary>
/// <param name="Structure">The sites.</param>
/// <param name="ImageCount">Images: sites 0 .. ImageCount − 1.</param>
/// <param name="MobileIon">Element of the images.</param>
/// <param name="HopLength">Distance from the first to the last image along the stored coordinates, Å.</param>
/// <param name="Name">Name of the path.</param>
public sealed record Band(Structure Structure, int ImageCount, Element MobileIon, double HopLength, string Name)
{
    /// <summary>Takes a structure for a band.</summary>
    public static Band FromStructure(Structure structure, int imageCount = 5)
    {
        ArgumentNullException.ThrowIfNull(structure);
        var hop = structure.Fractional[imageCount - 1] - structure.Fractional[0];
        return new Band(structure, imageCount, structure[0].Element, structure.Lattice.ToCartesian(hop).Length, structure.Name);
    }
}
