namespace Migrate.Crystals;

/// <summary>
/// A band: one structure that holds all images of the migrating ion as its first sites, initial to final, then the framework. This is
/// what the network sees.
/// </summary>
/// <param name="Structure">The sites, as they were given: not wrapped, not moved.</param>
/// <param name="ImageCount">Images: sites 0 .. ImageCount − 1.</param>
/// <param name="MobileIon">Element of the images.</param>
/// <param name="HopLength">Distance from the first to the last image along the stored coordinates, Å.</param>
/// <param name="Name">Name of the path.</param>
public sealed record Band(Structure Structure, int ImageCount, Element MobileIon, double HopLength, string Name)
{
    /// <summary>How far an image may be from its place on the straight line, Å.</summary>
    public const double LineTolerance = 0.02;

    /// <summary>Shortest hop, Å.</summary>
    public const double ShortestHop = 0.05;

    /// <summary>The configurations that the band was made of, where it was given as a pair; null where it was given as a band.</summary>
    public EndPoints? EndPoints { get; init; }

    /// <summary>
    /// The two ends of the path: as they were given, or else the first and the last image, each with the framework of the band.
    /// </summary>
    public EndPoints ToEndPoints()
    {
        return EndPoints ?? new EndPoints(With(0), With(ImageCount - 1));

        Structure With(int image)
        {
            var numbers = Structure.AtomicNumbers;
            var fractional = Structure.Fractional;
            return new Structure(
                Structure.Lattice, [numbers[image], .. numbers[ImageCount..]], [fractional[image], .. fractional[ImageCount..]], Name);
        }
    }

    /// <summary>Takes a structure for a band and checks that it is one. Nothing is changed: a long way round stays one.</summary>
    /// <param name="structure">First the images of the migrating ion, evenly spaced on a straight line, then the framework.</param>
    /// <param name="imageCount">Images, at least 2.</param>
    /// <exception cref="InvalidInputException">It is no band; the message names the image.</exception>
    public static Band FromStructure(Structure structure, int imageCount = 5)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageCount, 2);
        if (structure.Count <= imageCount)
        {
            throw NoBand($"it has {structure.Count} sites, a band of {imageCount} images has more", imageCount);
        }

        var ion = structure[0].Element;
        for (var k = 1; k < imageCount; k++)
        {
            if (structure[k].Element != ion)
            {
                throw NoBand($"image {k + 1} (site {k + 1}) is {structure[k].Element}, image 1 is {ion}", imageCount);
            }
        }

        var fractional = structure.Fractional;
        var hop = fractional[imageCount - 1] - fractional[0];
        var length = structure.Lattice.ToCartesian(hop).Length;
        if (!(length > ShortestHop))
        {
            throw NoBand($"image {imageCount} is {length:0.###} Å from image 1: the ion does not hop", imageCount);
        }

        for (var k = 1; k < imageCount - 1; k++)
        {
            var place = fractional[0] + (hop * ((double)k / (imageCount - 1)));
            var deviation = structure.Lattice.ToCartesian(fractional[k] - place).Length;
            if (!(deviation <= LineTolerance))
            {
                throw NoBand(
                    $"image {k + 1} (site {k + 1}) is {deviation:0.###} Å off its place on the straight line from image 1 to image {imageCount}", imageCount);
            }
        }

        return new Band(structure, imageCount, ion, length, structure.Name);
    }

    private static InvalidInputException NoBand(string reason, int imageCount) => new(
        $"no band: {reason}; a band starts with {imageCount} evenly spaced, unwrapped images of the migrating ion"
        + " (to give initial and final configurations instead, name them X_initial.* and X_final.*, or use --initial and --final)");
}
