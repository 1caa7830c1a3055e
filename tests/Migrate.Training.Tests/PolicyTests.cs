using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Training.Pretraining;
using Migrate.Training.Protocol;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

/// <summary>The settings of the published code, oddities included, against its files, and a small run under them.</summary>
[Collection(nameof(OneRandomState))]
public sealed class PolicyTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-policy-").FullName;

    public static TheoryData<AlignnVariant> Variants => [.. Enum.GetValues<AlignnVariant>()];

    [Theory, MemberData(nameof(Variants))]
    public void Every_setting_is_that_of_the_published_code(AlignnVariant variant)
    {
        // Nothing of these may be left.
        var odd = new TrainingOptions
        {
            Seed = 7,
            ImageCount = 7,
            Epochs = 3,
            Patience = 2,
            BatchSize = 3,
            MicroBatchSize = 2,
            LearningRate = 1,
            WeightDecay = 1,
            PercentStart = 0.5,
            LogarithmicTarget = true,
            Loss = TrainingLoss.Huber,
            Shuffle = true,
            Decay = DecayGroup.LinearWeights,
            DropLast = true,
            Model = new AlignnOptions { Variant = variant, HiddenFeatures = 8, MarkImages = true, Readout = Readout.Images, DropAttention = 0 },
            Graph = new GraphSettings { Neighbors = 8, Cutoff = 5, Relations = RelationPolicy.Canonical },
            Validation = new ValidationOptions { Strategy = ValidationStrategy.None, Fraction = 0.5 },
        };
        var o = PublishedPolicy.Apply(odd);
        o.Validate();
        var scratch = variant.Name().StartsWith("scratch", StringComparison.Ordinal);
        Assert.Equal((80, 8.0, 40, 64, 256), (o.Model.BondBins, o.Model.BondRange, o.Model.AngleBins, o.Model.EmbeddingFeatures, o.Model.HiddenFeatures));
        Assert.Equal((variant, 4, 4, 1), (o.Model.Variant, o.Model.AlignnLayers, o.Model.GcnLayers, o.Model.Outputs));
        Assert.Equal((false, Readout.AllAtoms, 0.2), (o.Model.MarkImages, o.Model.Readout, o.Model.AttentionDropout));
        Assert.Equal((12, 8.0, TiePolicy.Published), (o.Graph.Neighbors, o.Graph.Cutoff, o.Graph.Ties));
        Assert.Equal(scratch || variant == AlignnVariant.Alignn ? RelationPolicy.Canonical : RelationPolicy.Duplicated, o.Graph.Relations);
        Assert.Equal((123, 5, 500, 0, 0), (o.Seed, o.ImageCount, o.Epochs, o.Patience, o.MicroBatchSize));
        Assert.Equal(variant switch { AlignnVariant.Model3 or AlignnVariant.Alignn => 128, AlignnVariant.Model4 => 64, _ => 16 }, o.BatchSize);
        Assert.Equal(scratch ? (1e-4, 1e-5, TrainingLoss.Mse) : (1e-3, 0.01, TrainingLoss.L1), (o.LearningRate, o.WeightDecay, o.Loss));
        Assert.Equal((scratch, scratch), (o.Shuffle, o.DropLast));
        Assert.Equal((0.3, false), (o.PercentStart, o.LogarithmicTarget));
        Assert.Equal((ValidationStrategy.Tail, 0.1), (o.Validation.Strategy, o.Validation.Fraction));
        Assert.Equal((DecayGroup.Published, TargetScaling.AllPaths), (o.Decay, o.Scaling));
        var last = variant == AlignnVariant.Model2 || variant.Name().StartsWith("model1", StringComparison.Ordinal);
        Assert.Equal(last ? KeptEpoch.Last : KeptEpoch.Best, o.Keep);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Every_network_has_a_configuration_by_name_that_says_the_same(AlignnVariant variant)
    {
        var named = TrainingConfig.Read($"{variant.Name()}-published");
        var expected = PublishedPolicy.Apply(new TrainingOptions { Model = new AlignnOptions { Variant = variant } });
        Assert.Equal(TrainingConfig.Write(expected), TrainingConfig.Write(named));
        Assert.Equal(TrainingPolicy.Published, named.Policy);
        Assert.Equal(Enum.GetValues<AlignnVariant>().Length, TrainingConfig.Names.Count);
    }

    [Fact]
    public void The_pre_training_has_its_published_settings()
    {
        var o = PretrainingConfig.Read("pretrain-published");
        Assert.Equal((7, 52, 4, 1e-3, 0.01), (o.Properties.Count, o.Epochs, o.BatchSize, o.LearningRate, o.WeightDecay));
        Assert.Equal((256, 64, 4, 4, false), (o.Model.HiddenFeatures, o.Model.EmbeddingFeatures, o.Model.AlignnLayers, o.Model.GcnLayers, o.Model.MarkImages));
        Assert.Equal((12, TiePolicy.Published, RelationPolicy.Duplicated), (o.Graph.Neighbors, o.Graph.Ties, o.Graph.Relations));
        Assert.Equal(PretrainingConfig.Write(PublishedPolicy.Apply(PretrainingConfig.Read("pretrain-compact") with { Data = "" })), PretrainingConfig.Write(o));
    }

    [Fact]
    public void What_a_file_gives_wins_over_its_policy()
    {
        var o = Read("""{ "policy": "Published", /* own */ "epochs": 2, "model": { "variant": "Model4", "hiddenFeatures": 16, }, "validation": { "fraction": 0.2 } }""");
        Assert.Equal((2, 64, 16, 256 / 64), (o.Epochs, o.BatchSize, o.Model.HiddenFeatures, o.Model.AlignnLayers));
        Assert.Equal((TiePolicy.Published, 0.2), (o.Graph.Ties, o.Validation.Fraction));
        // What is written out needs no policy.
        var again = Read(TrainingConfig.Write(o));
        Assert.Equal((TrainingPolicy.Default, TrainingConfig.Write(o)), (again.Policy, TrainingConfig.Write(again)));
    }

    [Fact]
    public void An_unknown_policy_is_refused_in_one_line()
    {
        var e = Assert.Throws<InvalidInputException>(() => Read("""{ "policy": "Printed" }"""));
        Assert.Contains("policy", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_row_becomes_published_beside_its_own_runs_and_trees_do_not()
    {
        var row = PublishedPolicy.Apply(RowConfigs.Read("model3-pretrained"));
        Assert.Equal(("model3-pretrained-published", "pretrain-published", 256, 12), (row.Row, row.Pretraining, row.Training.Model.HiddenFeatures, row.Training.Graph.Neighbors));
        Assert.Null(row.Reference);
        Assert.Equal("", PublishedPolicy.Apply(RowConfigs.Read("scratch-add")).Pretraining);
        Assert.Contains("descriptors", Assert.Throws<InvalidInputException>(() => PublishedPolicy.Apply(RowConfigs.Read("descriptors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_validates_on_the_tail_leaves_the_last_path_out_and_keeps_file_order()
    {
        using var data = new LabelledPaths(19);
        using var paths = PathStore.Read([data.File_], 5);
        var options = Small(AlignnVariant.Model3) with { Epochs = 1, BatchSize = 4 };
        var trainer = new Trainer(options, paths, new RunFolder(Path.Combine(_root, "a")), CPU);
        Assert.Equal(Enumerable.Range(0, 17), trainer.Split.Training);
        Assert.Equal([17], trainer.Split.Validation);
        Assert.Equal([18], trainer.Split.Unused);
        Assert.Equal(TargetScaler.Fit([.. paths.Barriers], false), trainer.Scaler);
        // Batches 0–3, 4–7, … 16: the order given by hand, and no shuffled one.
        Assert.Equal(5, trainer.Run(null, TestContext.Current.CancellationToken)[^1].Step);
        var weights = Weights("a");
        var byHand = trainer.Split with { Training = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] };
        new Trainer(options, paths, new RunFolder(Path.Combine(_root, "by-hand")), CPU, byHand).Run(null, TestContext.Current.CancellationToken);
        new Trainer(options with { Shuffle = true }, paths, new RunFolder(Path.Combine(_root, "shuffled")), CPU).Run(null, TestContext.Current.CancellationToken);
        Assert.Equal(weights, Weights("by-hand"));
        Assert.NotEqual(weights, Weights("shuffled"));
    }

    [Fact]
    public void Split_of_the_559_paths()
    {
        var split = ValidationSplit.Create([.. Enumerable.Range(0, 559).Select(i => $"{i}")], PublishedPolicy.Apply(new TrainingOptions()).Validation);
        Assert.Equal((503, 55), (split.Training.Count, split.Validation.Count));
        Assert.Equal((503, 557, 558), (split.Validation[0], split.Validation[^1], Assert.Single(split.Unused)));
    }

    [Theory]
    [InlineData(DecayGroup.Published, 0.75)]
    [InlineData(DecayGroup.LinearWeights, 1.0)]
    public void The_norms_of_the_embeddings_decay_as_published_and_no_others(DecayGroup group, double expected)
    {
        using var network = new Alignn(Small(AlignnVariant.Model3).Model, new TorchConvolutionKernels(), ScalarType.Float64, CPU);
        var parameters = network.named_parameters().Select(p => (p.name, p.parameter)).ToList();
        Dictionary<string, Tensor> before = parameters.ToDictionary(p => p.name, p => p.parameter.detach().clone());
        using var optimizer = new AdamW(parameters, 0.5, name => AdamW.Decays(group, name));
        foreach (var (_, parameter) in parameters)
        {
            parameter.grad = zeros_like(parameter);
        }

        // With no gradient but zero a step is the decay alone: 1 − 0.5 · 0.5.
        optimizer.Step(0.5, 0.9);
        double Ratio(string name, Parameter parameter) => parameter.detach().sum().item<double>() / before[name].sum().item<double>();
        foreach (var (name, parameter) in parameters.Where(p => p.name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            var decays = name.EndsWith(".layer.1.weight", StringComparison.Ordinal) ? expected : name.Contains("bn_", StringComparison.Ordinal) ? 1 : 0.75;
            Assert.Equal(decays, Ratio(name, parameter), 1e-9);
        }

        Assert.All(parameters.Where(p => p.name.EndsWith("bias", StringComparison.Ordinal)), p => Assert.True(allclose(before[p.name], p.parameter)));
        Assert.Equal(5, parameters.Count(p => p.name.EndsWith(".layer.1.weight", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_last_incomplete_batch_is_dropped_where_the_scratch_models_drop_it()
    {
        using var data = new LabelledPaths(20);
        using var paths = PathStore.Read([data.File_], 5);
        var options = Small(AlignnVariant.ScratchAdd) with { Epochs = 2, BatchSize = 4 };
        // 18 train in 4 whole batches.
        Assert.Equal(8, new Trainer(options, paths, new RunFolder(Path.Combine(_root, "a")), CPU).Run(null, TestContext.Current.CancellationToken)[^1].Step);
        Assert.Equal(10, new Trainer(options with { DropLast = false }, paths, new RunFolder(Path.Combine(_root, "b")), CPU).Run(null, TestContext.Current.CancellationToken)[^1].Step);
        Assert.Throws<ArgumentException>(() => new Trainer(options with { BatchSize = 19 }, paths, new RunFolder(Path.Combine(_root, "c")), CPU));
    }

    [Theory, InlineData(AlignnVariant.ScratchAdd), InlineData(AlignnVariant.Alignn)]
    public void A_network_without_the_pre_trained_head_refuses_to_train_its_last_layer_alone(AlignnVariant variant)
    {
        using var data = new LabelledPaths(10);
        using var paths = PathStore.Read([data.File_], 5);
        var start = Small(AlignnVariant.Model3) with { Epochs = 1, BatchSize = 5 };
        var source = new RunFolder(Path.Combine(_root, "source"));
        new Trainer(start, paths, source, CPU, new ValidationSplit([.. Enumerable.Range(0, 10)], [])).Run(null, TestContext.Current.CancellationToken);
        var options = Small(variant) with
        {
            BatchSize = 5,
            FineTuning = new FineTuningOptions { From = source.BestFolder, Strategy = FineTuningStrategy.LastLayer },
        };
        var split = new ValidationSplit([.. Enumerable.Range(0, 10)], []);
        var e = Assert.Throws<InvalidInputException>(() => new Trainer(options, paths, new RunFolder(Path.Combine(_root, "run")), CPU, split).Run(null, TestContext.Current.CancellationToken));
        Assert.Contains($"{variant.Name()} has no head", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static TrainingOptions Small(AlignnVariant variant)
    {
        var options = PublishedPolicy.Apply(new TrainingOptions { Threads = 1, Model = new AlignnOptions { Variant = variant } });
        return options with { Model = options.Model with { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 } };
    }

    private byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(new RunFolder(Path.Combine(_root, run)).BestFolder, Checkpoint.WeightsFile));

    private TrainingOptions Read(string text)
    {
        var file = Path.Combine(_root, "config.json");
        File.WriteAllText(file, text);
        return TrainingConfig.Read(file);
    }
}
