using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>The one or two batches that a network reads, as tensors. Owns them.</summary>
public sealed class InputBatches : IDisposable
{
    private readonly List<BandBatch> _batches = [];

    private InputBatches()
    {
    }

    /// <summary>What <see cref="Alignn.Forward(IReadOnlyList{BandBatch}, Action{string, Tensor}?)"/> takes.</summary>
    public IReadOnlyList<BandBatch> All => _batches;

    /// <summary>Uploads the inputs.</summary>
    /// <param name="inputs">Graphs, one batch per input.</param>
    /// <param name="options">The network that will read them.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <exception cref="Migrate.Crystals.InvalidInputException">An element has no CGCNN features.</exception>
    public static InputBatches Create(IReadOnlyList<GraphBatch> inputs, AlignnOptions options, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var result = new InputBatches();
        try
        {
            foreach (var input in inputs)
            {
                result._batches.Add(BandBatch.Create(input, options, dtype, device));
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => _batches.ForEach(batch => batch.Dispose());
}
