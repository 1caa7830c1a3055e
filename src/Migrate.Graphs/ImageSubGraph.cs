using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>
/// The second graph of MODEL-4: what surrounds the images of a band. Every atom chooses its six nearest neighbours, within 3 Å or as far
/// as it takes until every atom of the cell has six; the relations that touch an image stay, and the atoms in them, renumbered ascending.
/// </summary>
public static class ImageSubGraph
{
    /// <summary>Neighbours of each atom, published.</summary>
    public const int Neighbors = 6;

    /// <summary>First search radius, Å, published.</summary>
    public const double Cutoff = 3;

    /// <summary>The settings of the sub-graph that goes with those of the band: the same rules with fewer neighbours.</summary>
    public static GraphSettings Settings(GraphSettings band)
    {
        ArgumentNullException.ThrowIfNull(band);
        return band with { Neighbors = Neighbors, Cutoff = Cutoff };
    }

    /// <summary>Builds it.</summary>
    /// <param name="kernels">Searches the neighbours.</param>
    /// <param name="structure">The band: images first.</param>
    /// <param name="imageCount">Images.</param>
    /// <param name="band">How the graph of the band is built.</param>
    /// <returns>The sub-graph; its first atoms are the images.</returns>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public static CrystalGraph Build(IGraphKernels kernels, Structure structure, int imageCount, GraphSettings band)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        return Extract(kernels.BuildGraph(structure, Settings(band)), imageCount);
    }

    /// <summary>Keeps of a graph the bonds that touch an image, and the atoms in them.</summary>
    /// <param name="graph">Images are its first atoms.</param>
    /// <param name="imageCount">Images, at least 1.</param>
    public static CrystalGraph Extract(CrystalGraph graph, int imageCount)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(imageCount, graph.AtomCount);
        int[] bonds = [.. Enumerable.Range(0, graph.BondCount).Where(b => graph.Source[b] < imageCount || graph.Target[b] < imageCount)];
        int[] atoms = [.. bonds.SelectMany(b => new[] { graph.Source[b], graph.Target[b] }).Distinct().Order()];
        var number = atoms.Select((atom, i) => (atom, i)).ToDictionary(pair => pair.atom, pair => pair.i);
        var rowBegin = new int[atoms.Length + 1];
        foreach (var bond in bonds)
        {
            rowBegin[number[graph.Target[bond]] + 1]++;
        }

        for (var i = 0; i < atoms.Length; i++)
        {
            rowBegin[i + 1] += rowBegin[i];
        }

        // Renumbered in the same order, so bonds stay sorted by target, source and shift.
        return new CrystalGraph(
            [.. atoms.Select(atom => graph.AtomicNumbers[atom])],
            rowBegin,
            [.. bonds.Select(b => number[graph.Source[b]])],
            [.. bonds.SelectMany(b => graph.Shift[(3 * b)..((3 * b) + 3)])],
            [.. bonds.SelectMany(b => graph.Displacement[(3 * b)..((3 * b) + 3)])],
            [.. bonds.Select(b => graph.Distance[b])],
            [.. bonds.Select(b => graph.Multiplicity[b])],
            graph.Sites.Length == 0 ? null : [.. atoms.Select(atom => graph.Sites[atom])],
            graph.CutoffUsed);
    }
}
