using Migrate.Crystals.Matching;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Paths of a file that holds structures: each one that is a band is a path. Where the first is none, two or more of one composition
/// are the images of one path (a trajectory of a nudged elastic band), from the first to the last.
/// </summary>
internal static class FramePaths
{
    public static IEnumerable<PathResult> Read(string path, PathReadOptions options)
    {
        var title = FileName.TitleOf(path);
        using var frames = StructureReader.ReadAll(path).GetEnumerator();
        if (!frames.MoveNext())
        {
            throw new InvalidInputException("holds no structure", path);
        }

        var first = frames.Current;
        if (AsBand(first, path, 0, options) is var result && result.Entry is null && frames.MoveNext())
        {
            yield return AsPath(first.WithName(title), frames, path, options);
            yield break;
        }

        // One frame is named after its file; several have their own names.
        var several = result.Entry is not null && frames.MoveNext();
        yield return result.Entry is null || several ? result : AsBand(first.WithName(title), path, 0, options);
        for (var index = 1; several; index++)
        {
            yield return AsBand(frames.Current, path, index, options);
            several = frames.MoveNext();
        }
    }

    private static PathResult AsBand(Structure structure, string path, int index, PathReadOptions options)
    {
        try
        {
            var band = Band.FromStructure(structure, options.ImageCount);
            return new PathResult(path, index, new PathEntry(band.Name, band, null, null, path, index), null);
        }
        catch (InvalidInputException e)
        {
            return PathResult.Failed(path, index, index == 0 ? e : new InvalidInputException($"structure {index}: {e.Message}"));
        }
    }

    private static PathResult AsPath(Structure first, IEnumerator<Structure> frames, string path, PathReadOptions options)
    {
        try
        {
            var last = frames.Current;
            var count = 1;
            do
            {
                last = frames.Current;
                if (!Composition.Same(first, last))
                {
                    throw new InvalidInputException(
                        $"structure 0 is no band of {options.ImageCount} images, and structure {count} has another composition, so they are no images of one path either");
                }

                count++;
            }
            while (frames.MoveNext());

            var band = MigrationPath.FromEndpoints(first, last).ToBand(options.ImageCount);
            return new PathResult(path, 0, new PathEntry(band.Name, band, null, null, path, 0), null);
        }
        catch (InvalidInputException e)
        {
            return PathResult.Failed(path, 0, e);
        }
    }
}
