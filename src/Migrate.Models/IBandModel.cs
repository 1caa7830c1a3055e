using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>A trained network that predicts on graphs, whatever runs it.</summary>
public interface IBandModel : IDisposable
{
    /// <summary>Backend in words, for tables and messages, for example "torch on cpu".</summary>
    string Name { get; }

    /// <summary>Memory that a pass needs per triplet, bytes.</summary>
    long BytesPerTriplet { get; }

    /// <summary>Memory that a pass needs per bond, bytes.</summary>
    long BytesPerBond { get; }

    /// <summary>Runs the network on a batch.</summary>
    /// <param name="graphs">Any number.</param>
    /// <returns>[n_graphs × outputs] in scaled units, graph after graph; most networks have one output.</returns>
    double[] Forward(IReadOnlyList<BandGraph> graphs);
}

/// <summary>A trained network that builds the graphs itself, where it runs.</summary>
public interface IStructureModel : IBandModel
{
    /// <summary>Memory that graph and pass need per atom, bytes, about.</summary>
    /// <param name="settings">How graphs are built.</param>
    long BytesPerAtom(GraphSettings settings);

    /// <summary>Builds the graphs of a batch and runs the network on them.</summary>
    /// <param name="structures">Any number; the leading sites of each are the images of the migrating ion.</param>
    /// <param name="imageCount">Images of each.</param>
    /// <param name="settings">How graphs are built.</param>
    /// <returns>[n_structures] an output in scaled units, or what is wrong with the structure.</returns>
    /// <exception cref="InvalidInputException">An element has no features.</exception>
    IReadOnlyList<(double Value, InvalidInputException? Error)> Forward(IReadOnlyList<Structure> structures, int imageCount, GraphSettings settings);
}
