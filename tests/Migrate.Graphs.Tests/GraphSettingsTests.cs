namespace Migrate.Graphs.Tests;

public class GraphSettingsTests
{
    [Fact]
    public void Defaults_are_documented_values()
    {
        var settings = new GraphSettings();
        Assert.Equal((12, 8.0, TiePolicy.WholeShell, 1e-4, RelationPolicy.Duplicated),
            (settings.Neighbors, settings.Cutoff, settings.Ties, settings.ShellTolerance, settings.Relations));
        Assert.Equal(settings with { Ties = TiePolicy.Published }, GraphSettings.Published);
        settings.Validate();
        GraphSettings.Published.Validate();
    }

    public static TheoryData<GraphSettings, string> Wrong => new()
    {
        { new() { Neighbors = 0 }, "Neighbors must be 1 to 1024 neighbours" },
        { new() { Neighbors = 1025 }, "Neighbors must be 1 to 1024 neighbours" },
        { new() { Cutoff = 0.15 }, "Cutoff must be above 0.15 and at most 100 Å" },
        { new() { Cutoff = 100.1 }, "Cutoff must be above 0.15 and at most 100 Å" },
        { new() { Cutoff = double.NaN }, "Cutoff must be above 0.15 and at most 100 Å" },
        { new() { ShellTolerance = -1e-9 }, "ShellTolerance must be 0 to 0.1 Å" },
        { new() { ShellTolerance = 0.11 }, "ShellTolerance must be 0 to 0.1 Å" },
        { new() { Ties = (TiePolicy)7 }, "Ties must be one of Published, WholeShell" },
        { new() { Relations = (RelationPolicy)(-1) }, "Relations must be one of Duplicated, Canonical" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Value_out_of_range_is_named(GraphSettings settings, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(settings.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_are_allowed()
    {
        new GraphSettings { Neighbors = 1, Cutoff = 0.16, ShellTolerance = 0 }.Validate();
        new GraphSettings { Neighbors = 1024, Cutoff = 100, ShellTolerance = 0.1 }.Validate();
    }
}
