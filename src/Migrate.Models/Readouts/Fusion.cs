using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models.Readouts;

/// <summary>What a network gives its readout to work with.</summary>
internal interface ITrunk
{
    /// <summary>Runs the embeddings and the whole trunk.</summary>
    /// <returns>[n_atoms, H].</returns>
    Tensor Atoms(BandBatch batch, Action<string, Tensor>? observe);

    /// <summary>Runs the embeddings and other layers than the trunk's.</summary>
    /// <returns>[n_atoms, H].</returns>
    Tensor Atoms(BandBatch batch, LayerStack layers, Action<string, Tensor>? observe);

    /// <summary>Mean over the pooled atoms of each structure.</summary>
    /// <returns>[n_structures, H].</returns>
    Tensor Mean(BandBatch batch, Tensor atoms, Action<string, Tensor>? observe);
}

/// <summary>Makes one vector per structure of the graphs that a variant reads.</summary>
internal abstract class Fusion
{
    /// <summary>[n_structures, H], or whatever width the head reads.</summary>
    public abstract Tensor Forward(ITrunk trunk, IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe);
}

/// <summary>One graph: the mean over its atoms.</summary>
internal sealed class MeanOfAtoms : Fusion
{
    public override Tensor Forward(ITrunk trunk, IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe) =>
        trunk.Mean(inputs[0], trunk.Atoms(inputs[0], observe), observe);
}

/// <summary>Initial and final configuration through one and the same trunk, one after the other, then both vectors as one.</summary>
internal sealed class PairFusion(Func<Tensor, Tensor, Tensor> join) : Fusion
{
    public static PairFusion Sum() => new((initial, final) => initial + final);

    public static PairFusion Difference() => new((initial, final) => initial - final);

    /// <summary>A linear layer [2H → H] on both side by side.</summary>
    public static PairFusion Concatenation(Linear layer) => new((initial, final) => layer.call(cat([initial, final], 1)));

    public override Tensor Forward(ITrunk trunk, IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe)
    {
        var initial = trunk.Mean(inputs[0], trunk.Atoms(inputs[0], observe), observe);
        var final = trunk.Mean(inputs[1], trunk.Atoms(inputs[1], observe), observe);
        return join(initial, final);
    }
}

/// <summary>
/// The initial configuration through the trunk, beside the difference initial minus final of a small branch. Evaluated as published, for
/// the running statistics of the shared embeddings: branch of the final one, branch of the initial one, trunk.
/// </summary>
internal sealed class DeltaFusion(LayerStack branch, Linear layer) : Fusion
{
    public override Tensor Forward(ITrunk trunk, IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe)
    {
        var (initial, final) = (inputs[0], inputs[1]);
        var second = trunk.Mean(final, trunk.Atoms(final, branch, observe), observe);
        var first = trunk.Mean(initial, trunk.Atoms(initial, branch, observe), observe);
        var whole = trunk.Mean(initial, trunk.Atoms(initial, observe), observe);
        return layer.call(cat([whole, first - second], 1));
    }
}

/// <summary>Band and sub-graph through one and the same trunk, each with an attention of its own over its atoms.</summary>
internal sealed class AttentionFusion(AtomAttention band, AtomAttention subGraph, Linear layer) : Fusion
{
    public override Tensor Forward(ITrunk trunk, IReadOnlyList<BandBatch> inputs, Action<string, Tensor>? observe)
    {
        var first = band.Forward(inputs[0], trunk.Atoms(inputs[0], observe));
        observe?.Invoke("pooled", first);
        var second = subGraph.Forward(inputs[1], trunk.Atoms(inputs[1], observe));
        observe?.Invoke("pooled", second);
        return layer.call(cat([first, second], 1));
    }
}
