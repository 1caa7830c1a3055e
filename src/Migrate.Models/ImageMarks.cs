namespace Migrate.Models;

/// <summary>
/// Features that mark the images of the migrating ion in a band. They depend only on the distance of an image from the middle of
/// the path, so a path and its reverse have the same features.
/// </summary>
public static class ImageMarks
{
    /// <summary>Features per atom: [is an image, position along half the path: 0 at an end site, 1 in the middle].</summary>
    public const int FeatureCount = 2;

    /// <summary>Writes the marks of one band into its rows of a feature matrix.</summary>
    /// <param name="rows">[n_atoms, stride] features of the band's atoms, row after row; images are the first rows.</param>
    /// <param name="stride">Length of a row.</param>
    /// <param name="offset">Column of the first mark.</param>
    /// <param name="imageCount">Images of the band; 0 writes nothing.</param>
    public static void Fill(Span<float> rows, int stride, int offset, int imageCount)
    {
        for (var i = 0; i < imageCount; i++)
        {
            Of(i, imageCount, rows[((i * stride) + offset)..]);
        }
    }

    /// <summary>Writes the marks of one image.</summary>
    /// <param name="image">Its number, from 0.</param>
    /// <param name="imageCount">Images of the band.</param>
    /// <param name="marks">Where the marks go: its first two numbers.</param>
    internal static void Of(int image, int imageCount, Span<float> marks)
    {
        marks[0] = 1;
        marks[1] = imageCount > 1 ? 1 - Math.Abs((2f * image / (imageCount - 1)) - 1) : 1;
    }
}
