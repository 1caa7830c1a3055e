using Migrate.Crystals;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

/// <summary>A split from outside, a training that stops by itself, and the logarithm as a target.</summary>
[Collection(nameof(OneRandomState))]
public sealed class EarlyStoppingTests : IDisposable
{
    private static readonly ValidationSplit Split = new([.. Enumerable.Range(0, 9)], [9, 10, 11]);

    private readonly LabelledPaths _data = new(14);
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-stopping-").FullName;
    private readonly PathStore _paths;
    private readonly TrainingOptions _options = new()
    {
        Model = new AlignnOptions { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 },
        Epochs = 40,
        BatchSize = 3,
        LearningRate = 3e-2,
        Shuffle = true,
        Threads = 1,
    };

    public EarlyStoppingTests() => _paths = PathStore.Read([_data.File_], 5);

    [Fact]
    public void A_given_split_is_what_trains_and_scales()
    {
        var trainer = Trainer("a", _options, Split);
        Assert.Same(Split, trainer.Split);
        var known = Split.Training.Select(i => _paths.Barriers[i]).ToList();
        Assert.Equal((known.Min(), known.Max(), known.Average()), (trainer.Scaler.Minimum, trainer.Scaler.Maximum, trainer.Scaler.Mean));
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Training_stops_when_the_patience_ends_and_keeps_the_best_epoch(int saveEvery)
    {
        var trainer = Trainer("a", _options with { Patience = 2, SaveEvery = saveEvery }, Split);
        var records = trainer.Run(cancel: TestContext.Current.CancellationToken);
        Assert.InRange(records.Count, 3, _options.Epochs - 1);
        Assert.Equal(2, Waited(records, records.Count));
        Assert.All(Enumerable.Range(1, records.Count - 1), epochs => Assert.True(Waited(records, epochs) < 2));

        var best = records.Min(r => r.ValidationMae);
        var kept = trainer.Predict(Split.Validation).Zip(Split.Validation, (p, i) => Math.Abs(p - _paths.Barriers[i])).Average();
        Assert.Equal(best, kept, 1e-6);

        // Asked again, it is over.
        var again = Trainer("a", _options with { Patience = 2, SaveEvery = saveEvery }, Split).Run(cancel: TestContext.Current.CancellationToken);
        Assert.Equal(records.Select(r => r with { Seconds = 0 }), again.Select(r => r with { Seconds = 0 }));
    }

    [Fact]
    public void Without_validation_there_is_nothing_to_wait_for()
    {
        var options = _options with { Patience = 1, Epochs = 4 };
        var trainer = Trainer("a", options, new ValidationSplit(Split.Training, []));
        Assert.Equal(4, trainer.Run(cancel: TestContext.Current.CancellationToken).Count);
        Assert.All(trainer.Predict([12, 13]), barrier => Assert.True(double.IsFinite(barrier)));
        Assert.True(double.IsNaN(trainer.MedianFloor));
    }

    [Fact]
    public void Another_split_is_another_run()
    {
        var options = _options with { Epochs = 1 };
        Trainer("a", options, Split).Run(cancel: TestContext.Current.CancellationToken);
        var other = Trainer("a", options, Split with { Validation = [9, 10] });
        Assert.Throws<InvalidInputException>(() => other.Run(cancel: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_run_that_kept_nothing_predicts_nothing() =>
        Assert.Throws<InvalidInputException>(() => Trainer("none", _options, Split).Predict([0]));

    [Fact]
    public void No_state_is_ahead_of_the_metrics()
    {
        // As if it were killed between the two: the second line cannot be written.
        var blocked = Path.Combine(_root, "a", "metrics.csv.tmp");
        var trainer = Trainer("a", _options with { Epochs = 3 }, Split);
        Assert.ThrowsAny<Exception>(() => trainer.Run(_ => Directory.CreateDirectory(blocked), TestContext.Current.CancellationToken));
        Directory.Delete(blocked);
        Assert.Equal([1, 2, 3], trainer.Run(cancel: TestContext.Current.CancellationToken).Select(r => r.Epoch));
    }

    [Fact]
    public void Predictions_on_a_logarithmic_target_come_back_in_electronvolts()
    {
        var trainer = Trainer("a", _options with { LogarithmicTarget = true, Epochs = 6 }, Split);
        Assert.True(trainer.Scaler.Logarithmic);
        var records = trainer.Run(cancel: TestContext.Current.CancellationToken);
        var predicted = trainer.Predict(Split.Validation);
        var error = predicted.Zip(Split.Validation, (p, i) => Math.Abs(p - _paths.Barriers[i])).Average();
        Assert.Equal(records.Min(r => r.ValidationMae), error, 1e-6);
        Assert.All(predicted, p => Assert.InRange(p, -TargetScaler.LogarithmOffset, 20));
        var kept = CheckpointFiles.Read(new RunFolder(Path.Combine(_root, "a")).BestFolder);
        Assert.Equal(trainer.Scaler, kept.Scaler);
    }

    public void Dispose()
    {
        _paths.Dispose();
        _data.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    // Epochs since the best one of the first so many.
    private static int Waited(IReadOnlyList<EpochRecord> records, int epochs)
    {
        var first = records.Take(epochs).ToList();
        return epochs - first.MinBy(r => r.ValidationMae)!.Epoch;
    }

    private Trainer Trainer(string name, TrainingOptions options, ValidationSplit split) =>
        new(options, _paths, new RunFolder(Path.Combine(_root, name)), CPU, split);
}
