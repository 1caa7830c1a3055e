using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models.Readouts;

/// <summary>Turns one vector per structure into the outputs.</summary>
internal abstract class Head
{
    /// <summary>[n_structures, outputs].</summary>
    /// <param name="h">[n_structures, H].</param>
    public abstract Tensor Forward(Tensor h);
}

/// <summary>The head of the multi-property network and of MODEL-1 to MODEL-4: two hidden layers for each output.</summary>
internal sealed class HiddenHead : Head
{
    private readonly List<(Linear First, Linear Second, Linear Last)> _outputs = [];

    public HiddenHead(Alignn network, long width, int outputs, Func<long, long, Linear> dense)
    {
        // Upstream's names: one list entry per output and, in fc_hp, one per hidden layer after the first.
        var first = network.Register("conv_to_fc", new Group());
        var second = network.Register("fc_hp", new Group());
        var last = network.Register("fc_out", new Group());
        for (var k = 0; k < outputs; k++)
        {
            _outputs.Add((
                first.Add($"{k}", dense(width, AlignnOptions.HeadFeatures)),
                second.Add($"{k}", new Group()).Add("0", dense(AlignnOptions.HeadFeatures, AlignnOptions.HeadFeatures)),
                last.Add($"{k}", dense(AlignnOptions.HeadFeatures, 1))));
        }
    }

    public override Tensor Forward(Tensor h)
    {
        h = nn.functional.silu(h);
        return cat([.. _outputs.Select(o => o.Last.call(nn.functional.silu(o.Second.call(nn.functional.silu(o.First.call(h))))))], 1);
    }
}

/// <summary>The head of the original ALIGNN and of the scratch models: one linear layer, and no activation before it.</summary>
internal sealed class LinearHead(Linear layer) : Head
{
    public override Tensor Forward(Tensor h) => layer.call(h);
}
