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
    /// <returns>[n_graphs] outputs in scaled units.</returns>
    double[] Forward(IReadOnlyList<BandGraph> graphs);
}
