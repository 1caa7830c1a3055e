using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>A network run by TorchSharp: every device and dtype of libtorch, and the oracle of the faster plans. Owns the checkpoint.</summary>
/// <param name="checkpoint">The network.</param>
public sealed class TorchBandModel(Checkpoint checkpoint) : IBandModel
{
    // Rows of hidden width that are alive at once per triplet (angle rows, gate, sigmoid, gathers, update).
    private const int LiveRowsPerTriplet = 10;

    /// <inheritdoc/>
    public string Name => $"torch on {checkpoint.Network.Place.type.ToString().ToLowerInvariant()}{(checkpoint.Network.Kernels == "torch" ? "" : $", {checkpoint.Network.Kernels} kernels")}";

    /// <inheritdoc/>
    public long BytesPerTriplet =>
        (checkpoint.Network.DType == ScalarType.Float64 ? 8L : 4L)
        * Math.Max(checkpoint.Config.Model.HiddenFeatures, checkpoint.Config.Model.AngleBins) * LiveRowsPerTriplet;

    /// <inheritdoc/>
    public long BytesPerBond => BytesPerTriplet;

    /// <inheritdoc/>
    public double[] Forward(IReadOnlyList<BandGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        return graphs.Count == 0 ? [] : checkpoint.Network.Evaluate(GraphBatch.CreateInputs(graphs));
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => checkpoint.Dispose();
}
