using Migrate.Crystals;
using Migrate.Models;
using Migrate.Training.Pretraining;
using static TorchSharp.torch;

namespace Migrate.Training.Tests.Pretraining;

[Collection(nameof(OneRandomState))]
public sealed class PretrainerTests : IDisposable
{
    private readonly PropertyFiles _files = PropertyFiles.Oxides();

    private PretrainingOptions Both => _files.Options("radius", "gap");

    [Fact]
    public void Two_properties_are_learned_at_once()
    {
        var epochs = new List<PretrainingEpoch>();
        var scores = Train("run", Both with { Epochs = 25, TripletsPerBatch = 100_000 }, epochs.Add);
        Assert.True(epochs[^1].TrainingLoss < 0.6 * epochs[0].TrainingLoss, $"{epochs[0].TrainingLoss} → {epochs[^1].TrainingLoss}");
        Assert.Equal([("radius", 8, 4), ("gap", 8, 4)], scores.Select(s => (s.Name, s.Training, s.Metrics.Count)));
        Assert.All(scores, s => Assert.True(double.IsFinite(s.Metrics.Mae) && s.FloorMae > 0));
        using var kept = Checkpoint.Load(Folder("run").BestFolder, ScalarType.Float32, CPU);
        Assert.Equal(2, kept.Config.Model.Outputs);
        Assert.Equal(26, File.ReadAllLines(Folder("run").MetricsFile).Length);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void A_stopped_run_goes_on_with_the_same_metrics(int stopAfter)
    {
        Train("whole", Both);
        using (var stop = new CancellationTokenSource())
        {
            Train(
                "parts",
                Both,
                epoch =>
                {
                    if (epoch.Epoch == stopAfter)
                    {
                        stop.Cancel();
                    }
                },
                stop.Token);
        }

        // A killed run may have written a line of an epoch that it did not save.
        File.AppendAllText(Folder("parts").MetricsFile, "99,1,0.00");
        Train("parts", Both);
        Assert.Equal(Curve("whole"), Curve("parts"));
        Assert.Equal(Weights("whole"), Weights("parts"));
    }

    [Fact]
    public void One_property_alone_works_and_finished_runs_are_only_scored()
    {
        var scores = Train("run", _files.Options("radius"));
        var again = Train("run", _files.Options("radius"), _ => Assert.Fail("there is no epoch left"));
        Assert.Equal(scores, again);
        var largest = Enumerable.Range(0, 12).Where(i => i % 4 != 3).Max(PropertyFiles.Radius);
        Assert.Equal(largest, CheckpointFiles.Read(Folder("run").BestFolder).Scaler.Maximum, 1e-12);
    }

    [Fact]
    public void A_run_folder_refuses_other_settings_and_other_data()
    {
        Train("run", Both with { Epochs = 1 });
        Assert.Contains("other data or settings", Refusal(Both with { Epochs = 2 }), StringComparison.Ordinal);
        _files.Write("gap.jsonl", Enumerable.Range(6, 12).Select(i => PropertyFiles.Line(i, 1.1 * PropertyFiles.Gap(i), i % 5 == 4)));
        Assert.Contains("other data or settings", Refusal(Both with { Epochs = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_that_cannot_be_learned_or_scored_is_named_before_training()
    {
        _files.Write("constant.jsonl", Enumerable.Range(0, 8).Select(i => PropertyFiles.Line(i, 1, i == 3)));
        Assert.StartsWith("property 'constant'", Assert.Throws<ArgumentException>(() => Train("a", _files.Options("constant"))).Message, StringComparison.Ordinal);
        _files.Write("seen.jsonl", Enumerable.Range(0, 3).Select(i => PropertyFiles.Line(i, i)));
        var error = Assert.Throws<ArgumentException>(() => Train("b", _files.Options("radius", "seen") with { HeldOutFraction = 1e-9 }));
        Assert.StartsWith("property 'seen'", error.Message, StringComparison.Ordinal);
        Assert.Contains("heldOutFraction", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_state_is_ahead_of_the_metrics()
    {
        // As if it were killed between the two: the line cannot be written.
        var blocked = Directory.CreateDirectory(Folder("run").MetricsFile + ".tmp");
        Assert.ThrowsAny<Exception>(() => Train("run", Both));
        blocked.Delete();
        Train("run", Both);
        Train("whole", Both);
        Assert.Equal(Curve("whole"), Curve("run"));
    }

    [Fact]
    public void A_configuration_names_its_mistakes()
    {
        var file = _files.Write("pretrain.json", "{ \"properties\": [{ \"name\": \"a\", \"file\": \"a.jsonl\" }], \"data\": \"sub\" }");
        Assert.Equal(Path.Combine(_files.Folder, "sub"), PretrainingConfig.Read(file).Data);
        (string Text, string Expected)[] cases =
        [
            ("{}", "properties is empty"), ("{ \"epochs\": 0, \"properties\": [{ \"name\": \"a\", \"file\": \"b\" }] }", "epochs is 0"),
            ("{ \"properties\": [{ \"name\": \"a\" }] }", "no name or no file"),
            ("{ \"properties\": [{ \"name\": \"a\", \"file\": \"b\" }, { \"name\": \"a\", \"file\": \"c\" }] }", "the same name"),
            ("{ \"heldOutFraction\": 1, \"properties\": [{ \"name\": \"a\", \"file\": \"b\" }] }", "heldOutFraction is 1"),
            ("{ \"propertys\": [] }", "unknown name 'propertys'"),
        ];
        foreach (var (text, expected) in cases)
        {
            var error = Assert.Throws<InvalidInputException>(() => PretrainingConfig.Read(_files.Write("pretrain.json", text)));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _files.Dispose();

    private IReadOnlyList<PropertyScore> Train(
        string name, PretrainingOptions options, Action<PretrainingEpoch>? report = null, CancellationToken? cancel = null) =>
        new Pretrainer(options, PropertyTable.Read(options), Folder(name), CPU).Run(report, cancel ?? TestContext.Current.CancellationToken);

    private string Refusal(PretrainingOptions options) => Assert.Throws<InvalidInputException>(() => Train("run", options)).Message;

    private RunFolder Folder(string name) => new(Path.Combine(_files.Folder, name));

    // All but the seconds.
    private IEnumerable<string> Curve(string name) =>
        File.ReadLines(Folder(name).MetricsFile).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != 3)));

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(Folder(name).BestFolder, Checkpoint.WeightsFile));
}
