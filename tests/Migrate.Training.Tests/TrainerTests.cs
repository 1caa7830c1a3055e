using Migrate.Crystals;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

/// <summary>The loop on a small made-up set: it learns, it can be stopped at any epoch, and it is the same every time.</summary>
[Collection(nameof(OneRandomState))]
public sealed class TrainerTests : IDisposable
{
    private readonly LabelledPaths _data = new(20);
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"migrate-run-{Guid.NewGuid():n}");

    private readonly TrainingOptions _options = new()
    {
        Model = new AlignnOptions { HiddenFeatures = 16, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 },
        Validation = new ValidationOptions { Strategy = ValidationStrategy.Tail, Fraction = 0.2 },
        Epochs = 6,
        BatchSize = 4,
        LearningRate = 1e-2,
        Shuffle = true,
        Threads = 1,
    };

    [Fact]
    public void Loss_falls_and_the_best_epoch_is_kept()
    {
        var records = Train("a", _options with { Epochs = 20 });
        Assert.True(records[^1].TrainingLoss < 0.5 * records[0].TrainingLoss, $"{records[0].TrainingLoss} → {records[^1].TrainingLoss}");
        using var best = Checkpoint.Load(new RunFolder(Path.Combine(_root, "a")).BestFolder, ScalarType.Float32, CPU);
        Assert.Equal(16, best.Config.Model.HiddenFeatures);
        Assert.True(File.Exists(Path.Combine(_root, "a", "environment.json")));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(5)]
    public void A_stopped_run_goes_on_with_the_same_loss_curve(int stopAfter)
    {
        var whole = Train("whole", _options);
        using (var stop = new CancellationTokenSource())
        {
            Train("parts", _options, record => Cancel(record, stopAfter, stop), stop);
        }

        // What a killed run leaves behind: half a state, and a metrics line that was cut short.
        Directory.CreateDirectory(Path.Combine(_root, "parts", "state-000099.tmp"));
        File.AppendAllText(Path.Combine(_root, "parts", "metrics.csv"), "99,1,0.00");
        var parts = Train("parts", _options);
        Assert.Equal(Curve(whole), Curve(parts));
        Assert.Equal(Weights("whole"), Weights("parts"));
    }

    [Theory]
    [InlineData(AlignnVariant.Model1Concat), InlineData(AlignnVariant.Model2), InlineData(AlignnVariant.Model4), InlineData(AlignnVariant.ScratchConcat)]
    public void Every_variant_trains_and_goes_on_with_the_same_loss_curve(AlignnVariant variant)
    {
        var options = _options with { Epochs = 2, Model = _options.Model with { Variant = variant } };
        var whole = Train("whole", options);
        using (var stop = new CancellationTokenSource())
        {
            Train("parts", options, record => Cancel(record, 1, stop), stop);
        }

        Assert.Equal(Curve(whole), Curve(Train("parts", options)));
        Assert.Equal(Weights("whole"), Weights("parts"));
        using var best = Checkpoint.Load(new RunFolder(Path.Combine(_root, "whole")).BestFolder, ScalarType.Float32, CPU);
        Assert.Equal((variant, variant.Name()), (best.Config.Model.Variant, best.Config.Architecture));
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_seed_another()
    {
        Assert.Equal(Curve(Train("a", _options)), Curve(Train("b", _options)));
        Assert.NotEqual(Curve(Train("a", _options)), Curve(Train("c", _options with { Seed = 5 })));
    }

    [Fact]
    public void Gradients_can_be_added_up_over_smaller_passes()
    {
        // With running passes of one path the batch statistics differ, so only that it works is asked here.
        var records = Train("micro", _options with { MicroBatchSize = 2 });
        Assert.Equal(6, records.Count);
        Assert.Equal(6 * 4, records[^1].Step);
    }

    [Fact]
    public void A_run_folder_refuses_other_settings()
    {
        Train("a", _options);
        var error = Assert.Throws<InvalidInputException>(() => Train("a", _options with { LearningRate = 1 }));
        Assert.Contains("other data or settings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_split_of_559_leaves_the_last_path_out()
    {
        var split = ValidationSplit.Create([.. Enumerable.Repeat("", 559)], new ValidationOptions());
        Assert.Equal((503, 55, 502, 557), (split.Training.Count, split.Validation.Count, split.Training[^1], split.Validation[^1]));
    }

    [Fact]
    public void Grouped_folds_never_share_a_framework()
    {
        string[] keys = [.. Enumerable.Range(0, 60).Select(i => $"host{i % 17}")];
        for (var fold = 0; fold < 5; fold++)
        {
            var split = ValidationSplit.Create(keys, new ValidationOptions { Strategy = ValidationStrategy.GroupedFold, Fold = fold });
            Assert.Equal(60, split.Training.Count + split.Validation.Count);
            Assert.Empty(split.Training.Select(i => keys[i]).Intersect(split.Validation.Select(i => keys[i])));
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private static void Cancel(EpochRecord record, int epoch, CancellationTokenSource stop)
    {
        if (record.Epoch == epoch)
        {
            stop.Cancel();
        }
    }

    private static IEnumerable<EpochRecord> Curve(IEnumerable<EpochRecord> records) => records.Select(r => r with { Seconds = 0 });

    private IReadOnlyList<EpochRecord> Train(
        string name, TrainingOptions options, Action<EpochRecord>? report = null, CancellationTokenSource? stop = null)
    {
        using var paths = PathStore.Read([_data.File_], options.ImageCount);
        Assert.Empty(paths.Errors);
        var trainer = new Trainer(options, paths, new RunFolder(Path.Combine(_root, name)), CPU);
        return trainer.Run(report, stop?.Token ?? TestContext.Current.CancellationToken);
    }

    private byte[] Weights(string name) =>
        File.ReadAllBytes(Path.Combine(new RunFolder(Path.Combine(_root, name)).LatestState!, "model.safetensors"));
}
