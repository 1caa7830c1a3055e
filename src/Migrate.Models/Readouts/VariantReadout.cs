using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models.Readouts;

/// <summary>Fusion and head of each variant, registered on the network under the upstream names.</summary>
internal static class VariantReadout
{
    public static (Fusion Fusion, Head Head) Create(Alignn network, IConvolutionKernels kernels)
    {
        var (options, dtype, device) = (network.Options, network.DType, network.Place);
        long h = options.HiddenFeatures;
        Linear Dense(long inputs, long outputs) => nn.Linear(inputs, outputs, hasBias: true, device: device, dtype: dtype);
        Linear Fc(long inputs, long outputs) => network.Register("fc", Dense(inputs, outputs));
        HiddenHead Hidden() => new(network, h, options.Outputs, Dense);
        AtomAttention Attention(string name) => network.Register(name, new AtomAttention(h, options.AttentionDropout, dtype, device));
        switch (options.Variant)
        {
            case AlignnVariant.Model1Concat:
                return (PairFusion.Concatenation(Fc(2 * h, h)), Hidden());
            case AlignnVariant.Model1Add:
                return (PairFusion.Sum(), Hidden());
            case AlignnVariant.Model1Sub:
                return (PairFusion.Difference(), Hidden());
            case AlignnVariant.Model2:
                return (new DeltaFusion(new LayerStack(network, "_1", (1, 1), h, kernels, dtype, device), Fc(2 * h, h)), Hidden());
            case AlignnVariant.Model4:
                return (new AttentionFusion(Attention("attention"), Attention("attention1"), Fc(2 * h, h)), Hidden());
            case AlignnVariant.ScratchConcat:
                var fc = network.Register("fc", new Group());
                return (PairFusion.Concatenation(fc.Add("0", Dense(2 * h, h))), new LinearHead(fc.Add("1", Dense(h, options.Outputs))));
            case AlignnVariant.ScratchAdd:
                return (PairFusion.Sum(), new LinearHead(Fc(h, options.Outputs)));
            case AlignnVariant.ScratchSub:
                return (PairFusion.Difference(), new LinearHead(Fc(h, options.Outputs)));
            case AlignnVariant.Alignn:
                return (new MeanOfAtoms(), new LinearHead(Fc(h, options.Outputs)));
            default:
                return (new MeanOfAtoms(), Hidden());
        }
    }
}
