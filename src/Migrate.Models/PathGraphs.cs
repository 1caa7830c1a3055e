using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>The one or two graphs that a network reads of a path.</summary>
public static class PathGraphs
{
    /// <summary>Builds them.</summary>
    /// <param name="band">The path.</param>
    /// <param name="inputs">What the network reads.</param>
    /// <param name="settings">How structures become graphs.</param>
    /// <param name="kernels">Builds what no cache has.</param>
    /// <param name="cache">Keeps the costly part, or null.</param>
    /// <returns>The first graph, with the second in <see cref="BandGraph.Second"/> where the network reads two.</returns>
    /// <exception cref="InvalidInputException">A structure cannot be a crystal.</exception>
    public static BandGraph Build(Band band, GraphInputs inputs, GraphSettings settings, IGraphKernels kernels, GraphCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(band);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(kernels);
        BandGraph Of(Structure structure, int images)
        {
            return cache is not null ? cache.GetOrBuild(structure, images, settings) : WithLine(kernels, kernels.BuildGraph(structure, settings), images);
        }

        if (inputs == GraphInputs.EndPoints)
        {
            var (initial, final) = band.ToEndPoints();
            return Of(initial, 1) with { Second = Of(final, 1) };
        }

        var first = Of(band.Structure, band.ImageCount);
        return inputs == GraphInputs.BandAndSubGraph ? first with { Second = SubGraph(band, settings, kernels, cache) } : first;
    }

    /// <summary>Builds the graph of a structure that is no path.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="settings">How structures become graphs.</param>
    /// <param name="kernels">Builds it.</param>
    /// <exception cref="InvalidInputException">It cannot be a crystal.</exception>
    public static BandGraph Build(Structure structure, GraphSettings settings, IGraphKernels kernels)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        return WithLine(kernels, kernels.BuildGraph(structure, settings), 0);
    }

    private static BandGraph SubGraph(Band band, GraphSettings settings, IGraphKernels kernels, GraphCache? cache)
    {
        // The search is what costs, so the cache keeps the graph before the cut.
        var whole = ImageSubGraph.Settings(settings);
        var crystal = cache is not null ? cache.GetOrBuild(band.Structure, 0, whole).Crystal : kernels.BuildGraph(band.Structure, whole);
        return WithLine(kernels, ImageSubGraph.Extract(crystal, band.ImageCount), band.ImageCount);
    }

    private static BandGraph WithLine(IGraphKernels kernels, CrystalGraph crystal, int images) => new(crystal, kernels.BuildLineGraph(crystal), images);
}
