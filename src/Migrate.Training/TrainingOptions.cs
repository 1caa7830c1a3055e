using System.Text.Json.Serialization;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Training;

/// <summary>
/// Everything that decides a training run, as written in its configuration file. The defaults are the published values of MODEL-3
/// (architecture, optimizer, schedule, order of samples, split), but for the tie policy of the graphs, which is the whole shell.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Where settings come from that the file does not give. What is written out is complete, so there it is the default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TrainingPolicy Policy { get; set; }

    /// <summary>Files, folders or globs with labelled migration paths.</summary>
    public IReadOnlyList<string> Data { get; set; } = [];

    /// <summary>Seed of the initial weights and of every shuffle; published 123.</summary>
    public int Seed { get; set; } = 123;

    /// <summary>Images of the migrating ion in a band; at least 2, published 5.</summary>
    public int ImageCount { get; set; } = 5;

    /// <summary>The network.</summary>
    public AlignnOptions Model { get; set; } = new();

    /// <summary>The crystal graph.</summary>
    public GraphSettings Graph { get; set; } = new();

    /// <summary>The pre-trained network to start from, if any.</summary>
    public FineTuningOptions FineTuning { get; set; } = new();

    /// <summary>Which paths validate.</summary>
    public ValidationOptions Validation { get; set; } = new();

    /// <summary>Passes over the training paths; at least 1, published 500.</summary>
    public int Epochs { get; set; } = 500;

    /// <summary>Epochs without a better validation after which the training stops; 0 never stops early (published: 500, which is never).</summary>
    public int Patience { get; set; }

    /// <summary>Paths per optimizer step; at least 1, published 128.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>
    /// Paths per forward pass, or 0 for the whole batch. Smaller passes need less memory: their gradients are added up before the
    /// step, but each pass normalizes by its own batch statistics, so the result is not that of one large pass.
    /// </summary>
    public int MicroBatchSize { get; set; }

    /// <summary>Peak learning rate of the one-cycle schedule; positive, published 1e-3.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Decoupled weight decay; at least 0, published 0.01.</summary>
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>Which weights decay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DecayGroup Decay { get; set; }

    /// <summary>Share of the steps in which the learning rate climbs; published 0.3.</summary>
    public double PercentStart { get; set; } = 0.3;

    /// <summary>Learn the logarithm of the barrier, so that relative errors count. Off in the published training.</summary>
    public bool LogarithmicTarget { get; set; }

    /// <summary>Loss on the scaled target.</summary>
    public TrainingLoss Loss { get; set; } = TrainingLoss.L1;

    /// <summary>A new order of the paths in every epoch. Off in the published training, which keeps file order.</summary>
    public bool Shuffle { get; set; }

    /// <summary>
    /// Leaves out the last batch of an epoch where it is not full, and of the validation, too, unless that is smaller than one batch.
    /// On in the published scratch models alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DropLast { get; set; }

    /// <summary>Which barriers set the range that the target is scaled by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TargetScaling Scaling { get; set; }

    /// <summary>Which epoch is kept as the result.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public KeptEpoch Keep { get; set; }

    /// <summary>Torch threads; 0 leaves torch's choice. Results are repeatable for a given number.</summary>
    public int Threads { get; set; }

    /// <summary>What runs the convolutions.</summary>
    public TrainingBackend Backend { get; set; }

    /// <summary>Epochs between two resumable states; at least 1.</summary>
    public int SaveEvery { get; set; } = 1;

    /// <summary>Most memory for graphs kept between epochs, MiB; graphs beyond it are built again when needed.</summary>
    public int GraphCacheMegabytes { get; set; } = 2048;

    /// <summary>Folder for graphs kept between runs; empty for none.</summary>
    public string GraphCacheFolder { get; set; } = "";

    /// <summary>Most room that folder may take, MiB; the graphs used longest ago are removed first.</summary>
    public int GraphCacheFolderMegabytes { get; set; } = 4096;

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it as it is in the file.</exception>
    public void Validate()
    {
        Model.Validate();
        Graph.Validate();
        Validation.Validate();
        FineTuning.Validate();
        Require(ImageCount >= 2, $"imageCount is {ImageCount}; a band has at least 2 images");
        Require(Epochs >= 1, $"epochs is {Epochs}; it must be at least 1");
        Require(Patience >= 0, $"patience is {Patience}; it must be 0 (never) or positive");
        Require(BatchSize >= 1, $"batchSize is {BatchSize}; it must be at least 1");
        Require(MicroBatchSize >= 0, $"microBatchSize is {MicroBatchSize}; it must be 0 (off) or positive");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), $"learningRate is {LearningRate}; it must be positive");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), $"weightDecay is {WeightDecay}; it must be 0 or positive");
        Require(PercentStart is > 0 and < 1, $"percentStart is {PercentStart}; it must lie between 0 and 1");
        Require(Threads >= 0, $"threads is {Threads}; it must be 0 (torch's choice) or positive");
        Require(SaveEvery >= 1, $"saveEvery is {SaveEvery}; it must be at least 1");
        Require(GraphCacheMegabytes >= 0, $"graphCacheMegabytes is {GraphCacheMegabytes}; it must be 0 or positive");
        Require(GraphCacheFolderMegabytes >= 1, $"graphCacheFolderMegabytes is {GraphCacheFolderMegabytes}; it must be positive");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}

/// <summary>Loss on the scaled target, averaged over the batch.</summary>
public enum TrainingLoss
{
    /// <summary>|output − target|; published for MODEL-3.</summary>
    L1,

    /// <summary>(output − target)²; published for the scratch models.</summary>
    Mse,

    /// <summary>Huber with its corner at 0.1 scaled units.</summary>
    Huber,
}

/// <summary>Which weights decay; biases and the norms within and after the convolutions never do.</summary>
public enum DecayGroup
{
    /// <summary>As published: the weights of the linear layers, and of the batch norms inside the embeddings.</summary>
    Published,

    /// <summary>The weights of the linear layers alone.</summary>
    LinearWeights,
}

/// <summary>Which barriers set the range of the target.</summary>
public enum TargetScaling
{
    /// <summary>Those of the paths that train.</summary>
    TrainingPaths,

    /// <summary>As published: those that validate or stay unused as well. Paths held out by a cross-validation never count.</summary>
    AllPaths,
}

/// <summary>Which epoch is the result of a training.</summary>
public enum KeptEpoch
{
    /// <summary>The one that validates best; published for MODEL-3 and MODEL-4.</summary>
    Best,

    /// <summary>The last one; published for MODEL-2.</summary>
    Last,
}

/// <summary>How validation paths are chosen.</summary>
public enum ValidationStrategy
{
    /// <summary>By position, as published: the first ⌊90 %⌋ train, the next ⌊10 %⌋ validate, what is left over is not used.</summary>
    Tail,

    /// <summary>One fold of a grouped k-fold split: paths through the same framework never straddle folds.</summary>
    GroupedFold,

    /// <summary>Every path trains and none validates; the last epoch is kept. For a final model whose settings were chosen before.</summary>
    None,
}

/// <summary>Which paths validate.</summary>
public sealed record ValidationOptions
{
    /// <summary>How they are chosen; published is the tail.</summary>
    public ValidationStrategy Strategy { get; set; } = ValidationStrategy.Tail;

    /// <summary>Share of the paths that validate with <see cref="ValidationStrategy.Tail"/>; published 0.1.</summary>
    public double Fraction { get; set; } = 0.1;

    /// <summary>Folds of <see cref="ValidationStrategy.GroupedFold"/>; at least 2.</summary>
    public int Folds { get; set; } = 5;

    /// <summary>The fold that validates, from 0.</summary>
    public int Fold { get; set; }

    /// <summary>Seed of the fold assignment, apart from the training's seed, so that several seeds share folds.</summary>
    public int FoldSeed { get; set; } = 1;

    internal void Validate()
    {
        if (Fraction is not (> 0 and < 1))
        {
            throw new ArgumentException($"validation.fraction is {Fraction}; it must lie between 0 and 1");
        }

        if (Folds < 2 || Fold < 0 || Fold >= Folds)
        {
            throw new ArgumentException($"validation.fold is {Fold} of {Folds}; folds must be at least 2 and fold one of 0..folds−1");
        }
    }
}
