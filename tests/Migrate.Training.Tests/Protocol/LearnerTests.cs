using Migrate.Baselines;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Models;
using Migrate.Training.Protocol;
using static TorchSharp.torch;

namespace Migrate.Training.Tests.Protocol;

/// <summary>Learners of a protocol: alone, with another seed, and together.</summary>
[Collection(nameof(OneRandomState))]
public sealed class LearnerTests : IDisposable
{
    private readonly LabelledPaths _data = new(16);
    private readonly PathStore _paths;
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-learners-").FullName;

    public LearnerTests() => _paths = PathStore.Read([_data.File_], 5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_ensemble_is_the_weighted_mean_and_spreads_over_its_members()
    {
        var (a, b) = (new CountingLearner("a", spread: 0.2), new CountingLearner("b"));
        var ensemble = new EnsembleLearner([("one", a, 3), ("two", new SeededLearner(b, 1), 1)]);
        var found = Assert.Single(ensemble.FitAndPredict([0, 1], [6], 0, "fit", Cancel));
        // 2 eV of weight 3 and 102 eV of weight 1; ln(Em + 0.1) between them, 0.2 within the first.
        Assert.Equal(27, found.Barrier, 1e-12);
        var (low, high) = (Math.Log(2.1), Math.Log(102.1));
        var between = 3.0 / 16 * (high - low) * (high - low);
        Assert.Equal(Math.Sqrt(between + (0.75 * 0.04)), found.Spread!.Value, 1e-12);

        Assert.Equal((0, 1), (a.Calls[0].Seed, b.Calls[0].Seed));
        Assert.Equal([Path.Combine("fit", "one"), Path.Combine("fit", "two")], [a.Calls[0].Folder, b.Calls[0].Folder]);
        Assert.Equal(14, ensemble.Parameters);
    }

    [Fact]
    public void The_settings_of_an_ensemble_tell_members_weights_and_seeds()
    {
        string Settings(double weight, int offset, string member) =>
            new EnsembleLearner([("one", new CountingLearner(), weight), ("two", new SeededLearner(new CountingLearner(member), offset), 1)]).Settings;
        string[] all = [Settings(0.5, 1, "x"), Settings(0.6, 1, "x"), Settings(0.5, 2, "x"), Settings(0.5, 1, "y")];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], Settings(0.5, 1, "x"));
    }

    [Fact]
    public void A_learner_of_another_row_keeps_its_folders()
    {
        var inner = new CountingLearner("a");
        var moved = new RelocatedLearner(inner, Path.Combine("runs", "one"), Path.Combine("runs", "two"));
        Assert.Equal(
            inner.FitAndPredict([0, 1], [6], 2, "elsewhere", Cancel), moved.FitAndPredict([0, 1], [6], 2, Path.Combine("runs", "one", "fit", "network-0"), Cancel));
        Assert.Equal(Path.Combine("runs", "two", "fit", "network-0"), Path.GetRelativePath(".", inner.Calls[^1].Folder));
        Assert.Equal((inner.Settings, inner.Size, inner.Parameters), (moved.Settings, moved.Size, moved.Parameters));
    }

    [Fact]
    public void Descriptors_learn_from_the_training_paths_alone_and_leave_their_model()
    {
        var learner = new DescriptorLearner(new DescriptorModelOptions { Trees = new ExtraTreesOptions { Trees = 20 } }, _paths);
        int[] training = [.. Enumerable.Range(0, 12)];
        var found = learner.FitAndPredict(training, [12, 13, 14], 1, _root, Cancel);
        var file = Path.Combine(_root, DescriptorModel.FileName);
        var model = DescriptorModel.Load(Graphs.SafeTensorsFile.Load(file), file);
        Assert.Equal(found.Select(f => f.Barrier), new[] { 12, 13, 14 }.Select(i => model.Predict(PathDescriptors.Compute(_paths.Load(i))).Barrier));
        Assert.Equal(found, learner.FitAndPredict(training, [12, 13, 14], 1, _root, Cancel));
        Assert.NotEqual(found, learner.FitAndPredict(training[..8], [12, 13, 14], 1, _root, Cancel));
        Assert.NotEqual(
            learner.Settings, new DescriptorLearner(new DescriptorModelOptions { Trees = new ExtraTreesOptions { Trees = 21 } }, _paths).Settings);
    }

    [Fact]
    public void Descriptors_with_bands_use_those_that_there_are()
    {
        var options = new DescriptorModelOptions { Trees = new ExtraTreesOptions { Trees = 20 } };
        double? Barrier(int i) => i is 3 or 13 ? null : 0.1 * i;
        DescriptorLearner Learner(Func<int, double?> barrier) => new(options, _paths, new NebTable(
            Path.Combine(_root, $"{Guid.NewGuid():n}.csv"), "test", new string('0', 64), (bands, _) => bands.Select((_, i) => (i, barrier(i)))));
        int[] training = [.. Enumerable.Range(0, 12)];
        var found = Learner(Barrier).FitAndPredict(training, [12, 13, 14], 1, _root, Cancel);
        var (plain, file) = (new DescriptorLearner(options, _paths).FitAndPredict(training, [13], 1, _root, Cancel), Path.Combine(_root, NebModel.FileName));
        Assert.Equal(plain[0], found[1]);
        var model = DescriptorModel.Load(Graphs.SafeTensorsFile.Load(file), file, NebDescriptors.Names.Count);
        Assert.Equal(
            [found[0].Barrier, found[2].Barrier],
            new[] { 12, 14 }.Select(i => model.Predict(model.Describe(_paths.Load(i), NebDescriptors.Of(0.1 * i))).Barrier));
        // A path's own band matters, those of others only where they are learned from.
        Assert.NotEqual(found[0], Learner(i => i == 12 ? 3 : Barrier(i)).FitAndPredict(training, [12, 13, 14], 1, _root, Cancel)[0]);
        Assert.Equal(found[0], Learner(i => i == 14 ? 3 : Barrier(i)).FitAndPredict(training, [12, 13, 14], 1, _root, Cancel)[0]);
        Assert.NotEqual(Learner(Barrier).Settings, new DescriptorLearner(options, _paths).Settings);
        var few = Assert.Throws<InvalidInputException>(() => Learner(i => i < 9 ? 1 : null).FitAndPredict(training, [12], 1, _root, Cancel));
        Assert.Contains("9 of 12 training paths", few.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Environments_go_with_the_descriptors_and_into_the_models()
    {
        var network = Path.Combine(_root, "pretrained");
        random.manual_seed(1);
        using (var pretrained = new Alignn(
            new AlignnOptions { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 0 }, new TorchConvolutionKernels(), ScalarType.Float32, CPU))
        {
            Checkpoint.Save(network, pretrained, new Graphs.GraphSettings(), 5, TargetScaler.Identity);
        }

        var environments = NetworkEnvironments.Of(CheckpointFiles.Read(network));
        var options = new DescriptorModelOptions { Trees = new ExtraTreesOptions { Trees = 20 } };
        var bands = new NebTable(Path.Combine(_root, "bands.csv"), "test", new string('0', 64), (all, _) => all.Select((_, i) => (i, i == 13 ? null : (double?)(0.1 * i))));
        var learner = new DescriptorLearner(options, _paths, bands, environments);
        int[] training = [.. Enumerable.Range(0, 12)];
        var found = learner.FitAndPredict(training, [13, 14], 1, _root, Cancel);
        DescriptorModel Model(string name, int columns) => DescriptorModel.Load(Graphs.SafeTensorsFile.Load(Path.Combine(_root, name)), name, columns);
        var (plain, relaxed) = (Model(DescriptorModel.FileName, PathDescriptors.Names.Count), Model(NebModel.FileName, NebDescriptors.Names.Count));
        Assert.Equal((environments.Hash, environments.Hash), (plain.Environments!.Hash, relaxed.Environments!.Hash));
        double Barrier(DescriptorModel model, int i, double[] told) => model.Predict(model.Describe(_paths.Load(i), told)).Barrier;
        Assert.Equal([Barrier(plain, 13, []), Barrier(relaxed, 14, NebDescriptors.Of(1.4))], found.Select(f => f.Barrier));

        var split = new DescriptorLearner(options with { Halves = new GaussianProcessOptions { Join = KernelJoin.Product } }, _paths, bands, environments);
        var halves = split.FitAndPredict(training, [13, 14], 1, _root, Cancel);
        (plain, relaxed) = (Model(DescriptorModel.FileName, PathDescriptors.Names.Count), Model(NebModel.FileName, NebDescriptors.Names.Count));
        Assert.Equal([Barrier(plain, 13, []), Barrier(relaxed, 14, NebDescriptors.Of(1.4))], halves.Select(f => f.Barrier));
        Assert.NotEqual(found, halves);
        Assert.NotEqual(learner.Settings, split.Settings);

        var without = new DescriptorLearner(options, _paths, bands);
        Assert.NotEqual(learner.Settings, without.Settings);
        Assert.NotEqual(found, without.FitAndPredict(training, [13, 14], 1, _root, Cancel));
        Assert.Contains("16 of environments", learner.Size, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_is_a_training_run_with_an_inner_split_by_framework()
    {
        var options = new TrainingOptions
        {
            Model = new AlignnOptions { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 },
            Epochs = 2,
            BatchSize = 4,
            Threads = 1,
        };
        var epochs = 0;
        var learner = new NetworkLearner(options, 2, _paths, CPU, (_, record) => epochs += double.IsNaN(record.ValidationMae) ? 100 : 1);
        int[] training = [.. Enumerable.Range(0, 12)];
        var found = learner.FitAndPredict(training, [13, 12], 3, Path.Combine(_root, "a"), Cancel);
        Assert.Equal(2, epochs);
        Assert.True(learner.Parameters > 1000);
        // Resumed, with nothing left to do.
        Assert.Equal(found, learner.FitAndPredict(training, [13, 12], 3, Path.Combine(_root, "a"), Cancel));
        Assert.Equal(2, epochs);

        // Without an inner split all train and the last epoch counts.
        var plain = new NetworkLearner(options, 0, _paths, CPU);
        Assert.NotEqual(found, plain.FitAndPredict(training, [13, 12], 3, Path.Combine(_root, "b"), Cancel));
        Assert.NotEqual(learner.Settings, plain.Settings);
        Assert.NotEqual(plain.Settings, new NetworkLearner(options with { LearningRate = 0.5 }, 0, _paths, CPU).Settings);
        Assert.Equal(plain.Settings, new NetworkLearner(options with { SaveEvery = 9, Data = ["elsewhere"] }, 0, _paths, CPU).Settings);
    }

    [Fact]
    public void An_interval_knows_nothing_of_the_error_of_its_own_fold()
    {
        ProtocolRow Row(int fold, double expected, PredictionSplit split = PredictionSplit.CrossValidation) =>
            new(new PredictionRow { Split = split, Seed = 1, Fold = fold, Name = "p", Ion = "Li", TrainSize = 10, Expected = expected, Predicted = 0.5 }, 0.1);
        // Fold 0 is met exactly and fold 1 is far off: each interval is made from the other fold.
        var rows = Enumerable.Range(0, 20).Select(i => Row(i % 2, i % 2 == 0 ? 0.5 : 2)).Append(Row(0, 9, PredictionSplit.Test)).ToList();
        var calibrated = ProtocolRow.Calibrate(rows);
        Assert.Equal((0.36 / 2.1) - 0.1, calibrated[0].Lower!.Value, 1e-9);
        Assert.Equal(2, calibrated[0].Upper!.Value, 1e-9);
        Assert.Equal((0.5, 0.5), (Math.Round(calibrated[1].Lower!.Value, 9), Math.Round(calibrated[1].Upper!.Value, 9)));
        Assert.Equal(calibrated[0].Upper!.Value, calibrated[^1].Upper!.Value, 1e-9);
        Assert.All(ProtocolRow.Calibrate([.. rows.Select(r => r with { Spread = null })]), r => Assert.Null(r.Upper));
    }

    public void Dispose()
    {
        _paths.Dispose();
        _data.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
