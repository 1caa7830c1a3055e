using Migrate.Crystals;
using Migrate.Models;

namespace Migrate.Training;

/// <summary>Which weights of a pre-trained network train again (Devi, Butler and Sai Gautam, npj Comput. Mater. 10, 300 (2024)).</summary>
public enum FineTuningStrategy
{
    /// <summary>All of them, under a new head: the strategy of the migration-barrier models.</summary>
    AllWeights,

    /// <summary>The new head alone; the trunk stays as pre-trained, batch statistics included.</summary>
    NewHead,

    /// <summary>The last linear layer of the pre-trained head named by <see cref="FineTuningOptions.Head"/>; everything else stays.</summary>
    LastLayer,

    /// <summary>The new head and the layers after the ALIGNN layers: what knows of three atoms at a time (and the embeddings) stays.</summary>
    FrozenThreeBody,

    /// <summary>The new head and the ALIGNN layers: the plain convolutions, which know of two atoms at a time, stay.</summary>
    FrozenTwoBody,

    /// <summary>All of them, the head named by <see cref="FineTuningOptions.Head"/> included: from a network that has learned the same quantity elsewhere.</summary>
    KeptHead,
}

/// <summary>How a training starts from another one.</summary>
public sealed record FineTuningOptions
{
    /// <summary>Checkpoint folder of the pre-trained network; empty to start from random weights.</summary>
    public string From { get; set; } = "";

    /// <summary>Which weights train.</summary>
    public FineTuningStrategy Strategy { get; set; }

    /// <summary>Output of the pre-trained network whose head is taken over with <see cref="FineTuningStrategy.LastLayer"/> and <see cref="FineTuningStrategy.KeptHead"/>, from 0.</summary>
    public int Head { get; set; }

    internal void Validate()
    {
        if (Strategy != FineTuningStrategy.AllWeights && From.Length == 0)
        {
            throw new ArgumentException($"fineTuning.strategy is {Strategy}, which needs a pre-trained network: give fineTuning.from");
        }

        if (Head < 0)
        {
            throw new ArgumentException($"fineTuning.head is {Head}; outputs count from 0");
        }
    }
}

/// <summary>Takes a pre-trained trunk into a network and holds still what shall not train.</summary>
internal sealed class FineTuning
{
    private static readonly string[] Trunk = ["atom_embedding.", "edge_embedding.", "angle_embedding.", "alignn_layers.", "gcn_layers."];
    private static readonly string[] HeadParts = ["conv_to_fc.", "fc_hp.", "fc_out."];

    private readonly FineTuningOptions _options;

    public FineTuning(FineTuningOptions options) => _options = options;

    private bool TakesHead => _options.Strategy is FineTuningStrategy.LastLayer or FineTuningStrategy.KeptHead;

    /// <summary>Bytes that decide the start, for the identity of a run.</summary>
    public byte[] Identity => _options.From.Length == 0 ? [] : File.ReadAllBytes(Path.Combine(_options.From, Checkpoint.WeightsFile));

    /// <summary>Copies the pre-trained weights; what the new network has beside them (heads, fusion, attention, image marks) keeps its random start.</summary>
    /// <exception cref="InvalidInputException">There is no such checkpoint, or its trunk has other sizes.</exception>
    public void Start(Alignn network)
    {
        if (_options.From.Length == 0)
        {
            return;
        }

        var source = CheckpointFiles.Read(_options.From);
        if (TakesHead && _options.Head >= source.Config.Model.Outputs)
        {
            throw new InvalidInputException($"has {source.Config.Model.Outputs} outputs; head {_options.Head} is none of them (they count from 0)", _options.From);
        }

        if (TakesHead && !network.named_parameters().Any(p => p.name.StartsWith(HeadParts[^1] + "0.", StringComparison.Ordinal)))
        {
            throw new InvalidInputException(
                $"{network.Options.Variant.Name()} has no head that strategy {_options.Strategy} could take over; choose another strategy");
        }

        foreach (var (name, value) in StateDict.Of(network))
        {
            var from = SourceOf(name);
            if (from is null || name.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
            {
                continue;
            }

            StateDict.Copy(source, from, value, _options.From);
        }

        network.CentersWereLoaded();
        foreach (var (name, parameter) in network.named_parameters())
        {
            parameter.requires_grad = Trains(name);
        }
    }

    /// <summary>To be called whenever the network was put into training mode: norms of what does not train keep their statistics.</summary>
    public void HoldStill(Alignn network)
    {
        if (_options.From.Length == 0 || _options.Strategy is FineTuningStrategy.AllWeights or FineTuningStrategy.KeptHead)
        {
            return;
        }

        foreach (var (name, module) in network.named_modules())
        {
            if (module is WeightedBatchNorm && !Trains(name + "."))
            {
                module.eval();
            }
        }
    }

    /// <summary>Whether a parameter trains.</summary>
    public bool Trains(string name) => _options.Strategy switch
    {
        FineTuningStrategy.AllWeights or FineTuningStrategy.KeptHead => true,
        FineTuningStrategy.LastLayer => name.StartsWith("fc_out.", StringComparison.Ordinal),
        FineTuningStrategy.FrozenThreeBody => !Trunk[..4].Any(part => name.StartsWith(part, StringComparison.Ordinal)),
        FineTuningStrategy.FrozenTwoBody => !name.StartsWith("gcn_layers.", StringComparison.Ordinal),
        _ => !Trunk.Any(part => name.StartsWith(part, StringComparison.Ordinal)),
    };

    // Name in the pre-trained network, or null where the new one starts afresh.
    private string? SourceOf(string name)
    {
        if (Trunk.Any(part => name.StartsWith(part, StringComparison.Ordinal)))
        {
            return name;
        }

        var part = TakesHead
            ? HeadParts.FirstOrDefault(p => name.StartsWith(p + "0.", StringComparison.Ordinal))
            : null;
        return part is null ? null : $"{part}{_options.Head}.{name[(part.Length + 2)..]}";
    }
}
