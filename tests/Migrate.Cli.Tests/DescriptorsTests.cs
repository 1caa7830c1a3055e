using Migrate.Baselines.Catalogue;

namespace Migrate.Cli.Tests;

/// <summary>The catalogue of descriptors on the command line.</summary>
public sealed class DescriptorsTests : CliTest
{
    private const string Salt = """
        NaCl
        1
        5.64 0 0
        0 5.64 0
        0 0 5.64
        Na Cl
        1 1
        Direct
        0 0 0
        0.5 0 0
        """;

    [Fact]
    public void The_list_names_every_descriptor_with_unit_and_source()
    {
        var result = Run("descriptors", "--list");
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.All(DescriptorCatalogue.All, d => Assert.Contains(d.Name, result.Output, StringComparison.Ordinal));
        Assert.Contains("Krivovichev", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_are_described_and_a_broken_one_is_reported()
    {
        var (good, bad, table) = (Write("good.vasp", Salt), Write("bad.vasp", "nothing"), Path.Combine(Folder, "features.csv"));
        var result = Run("descriptors", good, bad, "--structures", "-o", table);
        Assert.Equal(ExitCode.SomeFailed, result.Code);
        Assert.Contains("bad.vasp", result.Error, StringComparison.Ordinal);
        var lines = File.ReadAllLines(table);
        Assert.Equal(2, lines.Length);
        Assert.Equal(DescriptorCatalogue.OfStructures.Count + 3, lines[0].Split(',').Length);
        Assert.Equal(["bad.vasp", "features.csv", "good.vasp"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Paths_have_every_descriptor()
    {
        var result = Run("descriptors", Examples);
        Assert.True(result.Code == ExitCode.Success, result.Error);
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.True(lines.Length >= 2);
        Assert.Contains("migrating ion: path distance [Å]", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Assert.Equal(ExitCode.Usage, Run("descriptors").Code);
        Assert.Equal(ExitCode.Usage, Run("descriptors", Examples, "-o", "features.txt").Code);
        Assert.Equal(ExitCode.BadInput, Run("descriptors", Path.Combine(Folder, "nowhere.vasp")).Code);
    }
}
