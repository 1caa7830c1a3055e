using System.Text.Json.Serialization;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Training.Pretraining;

/// <summary>A property that a head learns.</summary>
public sealed record PropertyOptions
{
    /// <summary>Name, unique in its configuration.</summary>
    public string Name { get; set; } = "";

    /// <summary>Unit, for tables.</summary>
    public string Unit { get; set; } = "";

    /// <summary>File with structures and values (.jsonl, also .gz), relative to the data folder.</summary>
    public string File { get; set; } = "";
}

/// <summary>
/// Everything that decides a multi-property pre-training (Devi, Butler and Sai Gautam, npj Comput. Mater. 10, 300 (2024)), as written in its
/// configuration file: one trunk, one head per property, L1 loss on the properties that a structure has.
/// </summary>
public sealed record PretrainingOptions
{
    /// <summary>Where settings come from that the file does not give.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TrainingPolicy Policy { get; set; }

    /// <summary>Folder with the property files.</summary>
    public string Data { get; set; } = "";

    /// <summary>The heads, in the order of the outputs.</summary>
    public IReadOnlyList<PropertyOptions> Properties { get; set; } = [];

    /// <summary>Seed of the initial weights and of every shuffle.</summary>
    public int Seed { get; set; } = 123;

    /// <summary>The network; its number of outputs is that of the properties.</summary>
    public AlignnOptions Model { get; set; } = new();

    /// <summary>The crystal graph.</summary>
    public GraphSettings Graph { get; set; } = new();

    /// <summary>
    /// Share of the structures held out from training for a property whose file has no test entries of its own, chosen by content. What
    /// is held out for one property is held out for all.
    /// </summary>
    public double HeldOutFraction { get; set; } = 0.1;

    /// <summary>Passes over the training structures; at least 1.</summary>
    public int Epochs { get; set; } = 30;

    /// <summary>Triplets (line-graph edges, duplicates not counted) that fill a batch; at least one structure is in it.</summary>
    public int TripletsPerBatch { get; set; } = 150_000;

    /// <summary>Structures of a batch, published 4; 0 fills batches by <see cref="TripletsPerBatch"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int BatchSize { get; set; }

    /// <summary>Peak learning rate of the one-cycle schedule; published 1e-3.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Decoupled weight decay; at least 0, published 0.01.</summary>
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>Share of the steps in which the learning rate climbs; published 0.3.</summary>
    public double PercentStart { get; set; } = 0.3;

    /// <summary>Torch threads; 0 leaves torch's choice.</summary>
    public int Threads { get; set; }

    /// <summary>What runs the convolutions.</summary>
    public TrainingBackend Backend { get; set; }

    /// <summary>Most memory for graphs kept between epochs, MiB.</summary>
    public int GraphCacheMegabytes { get; set; } = 4096;

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it as it is in the file.</exception>
    public void Validate()
    {
        (Model with { Outputs = Math.Max(1, Properties.Count) }).Validate();
        Graph.Validate();
        Require(Properties.Count > 0, "properties is empty; name at least one property with its file");
        Require(Properties.All(p => p.Name.Length > 0 && p.File.Length > 0), "a property has no name or no file");
        Require(Properties.Select(p => p.Name).Distinct(StringComparer.Ordinal).Count() == Properties.Count, "two properties have the same name");
        Require(HeldOutFraction is > 0 and < 1, $"heldOutFraction is {HeldOutFraction}; it must lie between 0 and 1");
        Require(Epochs >= 1, $"epochs is {Epochs}; it must be at least 1");
        Require(TripletsPerBatch >= 1, $"tripletsPerBatch is {TripletsPerBatch}; it must be at least 1");
        Require(BatchSize is 0 or >= 2, $"batchSize is {BatchSize}; it must be 0 (by triplets) or at least 2");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), $"learningRate is {LearningRate}; it must be positive");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), $"weightDecay is {WeightDecay}; it must be 0 or positive");
        Require(PercentStart is > 0 and < 1, $"percentStart is {PercentStart}; it must lie between 0 and 1");
        Require(Threads >= 0, $"threads is {Threads}; it must be 0 (torch's choice) or positive");
        Require(GraphCacheMegabytes >= 0, $"graphCacheMegabytes is {GraphCacheMegabytes}; it must be 0 or positive");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
