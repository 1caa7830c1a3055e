using Migrate.Crystals;
using Migrate.Models;
using Migrate.Training.Pretraining;
using Migrate.Training.Protocol;

namespace Migrate.Training;

/// <summary>Where settings come from that nobody gives.</summary>
public enum TrainingPolicy
{
    /// <summary>From the defaults of the configuration.</summary>
    Default,

    /// <summary>From the published code, oddities included.</summary>
    Published,
}

/// <summary>
/// The settings of the published code (Devi, Butler and Sai Gautam 2026), variant by variant. What only says where data lie, what runs the
/// training and how much it may keep is left as it is. The restarts of interrupted MODEL-1 runs are not repeated.
/// </summary>
public static class PublishedPolicy
{
    /// <summary>Puts every setting that changes numbers to what the published code does for the variant of <paramref name="options"/>.</summary>
    /// <param name="options">Data, variant, start, threads, backend and caches are kept.</param>
    public static TrainingOptions Apply(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var variant = options.Model.Variant;
        var scratch = variant is AlignnVariant.ScratchConcat or AlignnVariant.ScratchAdd or AlignnVariant.ScratchSub;
        var published = new TrainingOptions
        {
            Policy = TrainingPolicy.Published,
            Data = options.Data,
            FineTuning = options.FineTuning,
            Threads = options.Threads,
            Backend = options.Backend,
            SaveEvery = options.SaveEvery,
            GraphCacheMegabytes = options.GraphCacheMegabytes,
            GraphCacheFolder = options.GraphCacheFolder,
            GraphCacheFolderMegabytes = options.GraphCacheFolderMegabytes,
            Model = new AlignnOptions { Variant = variant },
            Graph = variant.PublishedGraph(),
            Scaling = TargetScaling.AllPaths,
            // The published tests of MODEL-1 and MODEL-2 load a last epoch, those of the others the best.
            Keep = variant is AlignnVariant.Model1Concat or AlignnVariant.Model1Add or AlignnVariant.Model1Sub or AlignnVariant.Model2
                ? KeptEpoch.Last : KeptEpoch.Best,
            BatchSize = variant switch
            {
                AlignnVariant.Model3 or AlignnVariant.Alignn => 128,
                AlignnVariant.Model4 => 64,
                _ => 16,
            },
        };
        return !scratch ? published : published with
        {
            LearningRate = 1e-4,
            WeightDecay = 1e-5,
            Loss = TrainingLoss.Mse,
            Shuffle = true,
            DropLast = true,
        };
    }

    /// <summary>The same for the multi-property pre-training: 52 epochs, as its history has; the used checkpoint's own settings are not published.</summary>
    /// <param name="options">Data, properties, threads, backend and cache are kept.</param>
    public static PretrainingOptions Apply(PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PretrainingOptions
        {
            Policy = TrainingPolicy.Published,
            Data = options.Data,
            Properties = options.Properties,
            HeldOutFraction = options.HeldOutFraction,
            Threads = options.Threads,
            Backend = options.Backend,
            GraphCacheMegabytes = options.GraphCacheMegabytes,
            Graph = AlignnVariant.Model3.PublishedGraph(),
            Epochs = 52,
            BatchSize = 4,
        };
    }

    /// <summary>
    /// The same for a row of the results table: its network and pre-training; folds and seeds are those of the row. Its runs lie beside the row's
    /// own, under a name with <c>-published</c>.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InvalidInputException">The row has a model that was not published.</exception>
    public static RowOptions Apply(RowOptions row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Kind != RowKind.Network
            ? throw new InvalidInputException($"row {row.Row} is no network; nothing about it is published")
            : row with
            {
                Row = $"{row.Row}-published",
                Title = $"{row.Title}, as published",
                Training = Apply(row.Training),
                Pretraining = row.Pretraining.Length > 0 ? "pretrain-published" : "",
                InnerFolds = 0,
                Reference = null,
                StructureReference = null,
            };
    }
}
