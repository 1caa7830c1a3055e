using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

/// <summary>What of a pre-trained network moves in a fine-tuning, and what stays to the last bit.</summary>
[Collection(nameof(OneRandomState))]
public sealed class FineTuningTests : IDisposable
{
    private const string Atoms = "atom_embedding.", Bonds = "edge_embedding.", Angles = "angle_embedding.", ThreeBody = "alignn_layers.", TwoBody = "gcn_layers.";

    private static readonly AlignnOptions Small = new() { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 2 };
    private static readonly string[] Trunk = [Atoms, Bonds, Angles, ThreeBody, TwoBody];

    private readonly LabelledPaths _data = new(8);
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-finetuning-").FullName;

    [Theory]
    [InlineData(FineTuningStrategy.AllWeights, "")]
    [InlineData(FineTuningStrategy.KeptHead, "")]
    [InlineData(FineTuningStrategy.NewHead, Atoms, Bonds, Angles, ThreeBody, TwoBody)]
    [InlineData(FineTuningStrategy.LastLayer, Atoms, Bonds, Angles, ThreeBody, TwoBody)]
    [InlineData(FineTuningStrategy.FrozenThreeBody, Atoms, Bonds, Angles, ThreeBody)]
    [InlineData(FineTuningStrategy.FrozenTwoBody, TwoBody)]
    public void A_strategy_holds_still_what_it_says_with_the_statistics_of_its_norms(FineTuningStrategy strategy, params string[] frozen)
    {
        var source = Pretrained();
        var (before, after) = (Read(source), Train("run", source, strategy));
        foreach (var part in Trunk)
        {
            var names = after.Keys.Where(n => n.StartsWith(part, StringComparison.Ordinal) && !n.EndsWith("tracked", StringComparison.Ordinal)).ToList();
            Assert.Contains(names, n => n.EndsWith("running_var", StringComparison.Ordinal));
            var moved = names.Where(n => !before[n].SequenceEqual(after[n])).ToList();
            if (frozen.Contains(part))
            {
                Assert.Empty(moved);
            }
            else
            {
                Assert.Contains(moved, n => n.EndsWith(".weight", StringComparison.Ordinal));
                Assert.Contains(moved, n => n.EndsWith(".running_mean", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void The_last_layer_moves_on_the_head_that_was_named()
    {
        var source = Pretrained();
        var (before, after) = (Read(source), Train("run", source, FineTuningStrategy.LastLayer, head: 1));
        string[] hidden = [.. after.Keys.Where(n => n.StartsWith("conv_to_fc.0.", StringComparison.Ordinal) || n.StartsWith("fc_hp.0.", StringComparison.Ordinal))];
        Assert.Equal(4, hidden.Length);
        Assert.All(hidden, n => Assert.Equal(before[n.Replace("_fc.0.", "_fc.1.", StringComparison.Ordinal).Replace("_hp.0.", "_hp.1.", StringComparison.Ordinal)], after[n]));
        Assert.NotEqual(before["fc_out.1.weight"], after["fc_out.0.weight"]);
        // From where it was: two epochs of small steps lead nowhere else.
        var (start, end) = (Floats(before["fc_out.1.weight"]), Floats(after["fc_out.0.weight"]));
        Assert.InRange(start.Zip(end, (a, b) => Math.Abs(a - b)).Max(), 1e-9, 0.05);
    }

    [Fact]
    public void A_kept_head_goes_on_from_where_it_was()
    {
        var source = Pretrained();
        var (before, after) = (Read(source), Train("run", source, FineTuningStrategy.KeptHead, head: 1));
        foreach (var (old, name) in new[] { ("conv_to_fc.1.weight", "conv_to_fc.0.weight"), ("fc_hp.1.0.weight", "fc_hp.0.0.weight"), ("fc_out.1.weight", "fc_out.0.weight") })
        {
            Assert.InRange(Floats(before[old]).Zip(Floats(after[name]), (a, b) => Math.Abs(a - b)).Max(), 1e-9, 0.05);
        }
    }

    [Fact]
    public void A_new_head_is_no_old_head()
    {
        var source = Pretrained();
        var (before, after) = (Read(source), Train("run", source, FineTuningStrategy.NewHead));
        Assert.NotEqual(before["conv_to_fc.0.weight"], after["conv_to_fc.0.weight"]);
        Assert.DoesNotContain("conv_to_fc.1.weight", after.Keys);
    }

    [Fact]
    public void An_embedding_without_image_marks_fills_one_with_marks()
    {
        var source = Pretrained();
        var (before, after) = (Read(source), Train("run", source, FineTuningStrategy.NewHead, model: Small with { MarkImages = true }));
        const string Name = "atom_embedding.layer.0.weight";
        var (old, grown) = (Floats(before[Name]), Floats(after[Name]));
        var (narrow, wide) = (AlignnOptions.CgcnnFeatureCount, AlignnOptions.CgcnnFeatureCount + ImageMarks.FeatureCount);
        Assert.Equal((8 * narrow, 8 * wide), (old.Length, grown.Length));
        for (var row = 0; row < 8; row++)
        {
            Assert.Equal(old[(row * narrow)..((row + 1) * narrow)], grown[(row * wide)..((row * wide) + narrow)]);
            Assert.Contains(grown[((row * wide) + narrow)..((row + 1) * wide)], v => v != 0);
        }
    }

    [Fact]
    public void What_does_not_fit_is_told_in_one_line()
    {
        var source = Pretrained();
        void Refused(string expected, string from, AlignnOptions model, int head = 0)
        {
            var error = Assert.Throws<InvalidInputException>(() => Train("run", from, FineTuningStrategy.LastLayer, head, model));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.StartsWith(from, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        Refused("the network needs [16", source, Small with { HiddenFeatures = 16 });
        Refused("shape", source, Small with { EmbeddingFeatures = 9 });
        Refused("has no tensor gcn_layers.2.", source, Small with { GcnLayers = 3 });
        Refused("head 2 is none of them", source, Small, head: 2);
        Refused("no such folder", Path.Combine(_root, "nowhere"), Small);
        Assert.False(Directory.Exists(Path.Combine(_root, "run")));
    }

    [Fact]
    public void Options_that_contradict_each_other_are_named()
    {
        var strategy = new TrainingOptions { FineTuning = new FineTuningOptions { Strategy = FineTuningStrategy.NewHead } };
        Assert.Contains("fineTuning.from", Assert.Throws<ArgumentException>(strategy.Validate).Message, StringComparison.Ordinal);
        var head = new TrainingOptions { FineTuning = new FineTuningOptions { Head = -1 } };
        Assert.Contains("fineTuning.head is -1", Assert.Throws<ArgumentException>(head.Validate).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(FineTuningStrategy.AllWeights), InlineData(FineTuningStrategy.FrozenTwoBody)]
    public void A_stopped_fine_tuning_goes_on_with_the_same_weights(FineTuningStrategy strategy)
    {
        var source = Pretrained();
        var whole = Train("whole", source, strategy, epochs: 3);
        Train("parts", source, strategy, epochs: 3, stopAfter: 1);
        Assert.Equal(whole, Train("parts", source, strategy, epochs: 3));
    }

    [Fact]
    public void A_run_from_other_weights_is_another_run()
    {
        Train("run", Pretrained(), FineTuningStrategy.AllWeights);
        var error = Assert.Throws<InvalidInputException>(() => Train("run", Pretrained("other", 2), FineTuningStrategy.AllWeights));
        Assert.Contains("other data or settings", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static float[] Floats(byte[] bytes) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    private static Dictionary<string, byte[]> Read(string folder) => SafeTensorsFile.Load(Path.Combine(folder, Checkpoint.WeightsFile))
        .Entries.ToDictionary(e => e.Name, e => e.Bytes.ToArray(), StringComparer.Ordinal);

    // Two outputs, and statistics that no new network has.
    private string Pretrained(string name = "pretrained", int seed = 1)
    {
        random.manual_seed(seed);
        using var network = new Alignn(Small with { Outputs = 2 }, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
        using var guard = no_grad();
        foreach (var (_, buffer) in network.named_buffers().Where(b => b.name.Contains("running", StringComparison.Ordinal)))
        {
            using var noise = rand_like(buffer);
            buffer.add_(noise);
        }

        var folder = Path.Combine(_root, name);
        Checkpoint.Save(folder, network, new GraphSettings(), 5, TargetScaler.Fit([0, 1]));
        return folder;
    }

    private Dictionary<string, byte[]> Train(
        string name, string from, FineTuningStrategy strategy, int head = 0, AlignnOptions? model = null, int epochs = 2, int stopAfter = 0)
    {
        var options = new TrainingOptions
        {
            Model = model ?? Small,
            FineTuning = new FineTuningOptions { From = from, Strategy = strategy, Head = head },
            Validation = new ValidationOptions { Strategy = ValidationStrategy.None },
            Epochs = epochs,
            BatchSize = 4,
            Threads = 1,
        };
        using var paths = PathStore.Read([_data.File_], 5);
        using var stop = new CancellationTokenSource();
        var folder = new RunFolder(Path.Combine(_root, name));
        new Trainer(options, paths, folder, CPU).Run(
            record =>
            {
                if (record.Epoch == stopAfter)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        return stopAfter > 0 ? [] : Read(folder.BestFolder);
    }
}
