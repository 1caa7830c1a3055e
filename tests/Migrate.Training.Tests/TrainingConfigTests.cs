using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Training.Tests;

public sealed class TrainingConfigTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"migrate-config-{Guid.NewGuid():n}.json");

    [Fact]
    public void Comments_and_trailing_commas_are_allowed_and_defaults_are_the_published_values()
    {
        var options = Read("{ /* nothing */ \"seed\": 7, // own seed\n }");
        Assert.Equal(7, options.Seed);
        Assert.Equal((500, 128, 1e-3, 0.01, 0.3), (options.Epochs, options.BatchSize, options.LearningRate, options.WeightDecay, options.PercentStart));
        Assert.Equal((256, 64, 4, 4), (options.Model.HiddenFeatures, options.Model.EmbeddingFeatures, options.Model.AlignnLayers, options.Model.GcnLayers));
        Assert.Equal((12, 8.0), (options.Graph.Neighbors, options.Graph.Cutoff));
        Assert.Equal((ValidationStrategy.Tail, TrainingLoss.L1, false), (options.Validation.Strategy, options.Loss, options.Shuffle));
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var options = new TrainingOptions { Seed = 3, Graph = new GraphSettings { Ties = TiePolicy.Published }, Shuffle = true, LogarithmicTarget = true, Patience = 7 };
        File.WriteAllText(_file, TrainingConfig.Write(options));
        var read = TrainingConfig.Read(_file);
        Assert.Equal(TrainingConfig.Write(options), TrainingConfig.Write(read));
        Assert.Equal((true, 7), (read.LogarithmicTarget, read.Patience));
    }

    [Theory]
    [InlineData("", "no valid JSON")]
    [InlineData("{", "no valid JSON")]
    [InlineData("null", "is null")]
    [InlineData("[]", "wrong type of value")]
    [InlineData("{\"epoch\": 3}", "unknown name 'epoch'")]
    [InlineData("{\"model\": {\"hidden\": 3}}", "unknown name 'hidden'")]
    [InlineData("{\"epochs\": \"many\"}", "wrong type of value at epochs")]
    [InlineData("{\"epochs\": 0}", "epochs is 0")]
    [InlineData("{\"learningRate\": -1}", "learningRate is -1")]
    [InlineData("{\"model\": {\"hiddenFeatures\": 0}}", "hiddenFeatures is 0")]
    [InlineData("{\"graph\": {\"neighbors\": 0}}", "eighbors")]
    [InlineData("{\"model\": null}", "model")]
    [InlineData("{\"patience\": -1}", "patience is -1")]
    [InlineData("{\"fineTuning\": {\"strategy\": \"NewHead\"}}", "fineTuning.from")]
    [InlineData("{\"fineTuning\": {\"strategy\": \"Some\"}}", "wrong type of value at fineTuning.strategy")]
    [InlineData("{\"loss\": \"L7\"}", "wrong type of value at loss")]
    [InlineData("{\"validation\": {\"strategy\": \"GroupedFold\", \"fold\": 5}}", "validation.fold is 5 of 5")]
    public void Mistakes_are_named_in_one_line(string text, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_file, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(_file, Assert.Throws<InvalidInputException>(() => TrainingConfig.Read(_file)).Message, StringComparison.Ordinal);

    public void Dispose() => File.Delete(_file);

    private TrainingOptions Read(string text)
    {
        File.WriteAllText(_file, text);
        return TrainingConfig.Read(_file);
    }
}
