using System.Text.Json;

namespace Migrate.Cli.Tests;

/// <summary><c>migrate profile</c>: the recording, its table, and the files it leaves.</summary>
public sealed class ProfileTests : CliTest
{
    [Fact]
    public void Every_stage_shows_with_its_share_of_the_peak()
    {
        var (trace, timeline) = (Path.Combine(Folder, "run.nettrace"), Path.Combine(Folder, "run.speedscope.json"));
        var result = Run("profile", Examples, "--repeat", "1", "--threads", "1", "--trace", trace, "--speedscope", timeline);
        Assert.Equal("", result.Error.Split('\n').FirstOrDefault(line => line.StartsWith("migrate:", StringComparison.Ordinal)) ?? "");
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Contains("3 structures in", result.Output, StringComparison.Ordinal);
        foreach (var stage in new[] { "graph", "batch", "embedding", "node products", "line-graph convolution", "crystal convolution", "readout" })
        {
            Assert.Contains(stage, result.Output, StringComparison.Ordinal);
        }

        Assert.Contains("of peak", result.Output, StringComparison.Ordinal);
        Assert.Contains("look at: ", result.Output, StringComparison.Ordinal);
        Assert.Equal("Nettrace", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(trace), 0, 8));
        using var json = JsonDocument.Parse(File.ReadAllText(timeline));
        Assert.NotEmpty(json.RootElement.GetProperty("profiles").EnumerateArray());
    }

    [Fact]
    public void Layers_have_their_own_rows()
    {
        var result = Run("profile", Examples, "--repeat", "1", "--layers");
        Assert.Contains("line-graph convolution (alignn_layers.0.edge_update)", result.Output, StringComparison.Ordinal);
    }

    [Theory, InlineData("--repeat", "0"), InlineData("--threads", "-1"), InlineData("--batch-memory", "0")]
    public void Settings_out_of_range_are_refused(string option, string value)
    {
        var result = Run("profile", Examples, option, value);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Torch_refuses_half_width_numbers()
    {
        var result = Run("predict", Examples, "--backend", "torch", "--dtype", "float16");
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("--backend cpu", result.Error, StringComparison.Ordinal);
    }
}
