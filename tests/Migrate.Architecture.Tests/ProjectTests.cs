using System.Xml.Linq;

namespace Migrate.Architecture.Tests;

/// <summary>The arrows between projects go one way, as the project files say.</summary>
public class ProjectTests
{
    // What a project may reference directly. Crystals, Graphs and Evaluation stay free of TorchSharp; Native is below everything.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Migrate.Crystals"] = [],
        ["Migrate.Native"] = [],
        // The binding over ManagedCuda, an assembly of its own for its licence's sake; the program takes it in where it is asked to.
        ["Migrate.ManagedCuda"] = ["Migrate.Native"],
        ["Migrate.Evaluation"] = [],
        ["Migrate.Graphs"] = ["Migrate.Crystals", "Migrate.Native"],
        // An ensemble has members that know no network.
        ["Migrate.Models"] = ["Migrate.Graphs", "Migrate.Native", "Migrate.Baselines"],
        // The loop splits data and measures its validation error with what reports are made with.
        ["Migrate.Training"] = ["Migrate.Models", "Migrate.Evaluation"],
        ["Migrate.Baselines"] = ["Migrate.Crystals", "Migrate.Graphs"],
        ["Migrate.Potentials"] = ["Migrate.Models"],
        ["Migrate.Cli"] =
        [
            "Migrate.Crystals", "Migrate.Native", "Migrate.Graphs", "Migrate.Models", "Migrate.Training", "Migrate.Baselines",
            "Migrate.Potentials", "Migrate.Evaluation", "Migrate.ManagedCuda",
        ],
    };

    private static readonly string[] WithoutTorch = ["Migrate.Crystals", "Migrate.Native", "Migrate.Graphs", "Migrate.Evaluation", "Migrate.Baselines"];

    public static TheoryData<string> Sources => [.. Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal))];

    public static TheoryData<string> Projects => [.. Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Sources))]
    public void Project_references_only_what_is_below(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no row in the table of allowed references");
        var references = Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(references.Except(allowed));
    }

    [Theory, MemberData(nameof(Sources))]
    public void Project_below_the_models_knows_no_torch(string project)
    {
        if (WithoutTorch.Contains(Path.GetFileNameWithoutExtension(project)))
        {
            Assert.DoesNotContain(Includes(project, "PackageReference"), package => package.Contains("torch", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory, MemberData(nameof(Projects))]
    public void Project_is_in_the_solution_and_has_a_lock_file(string project)
    {
        var solution = File.ReadAllText(Repository.FullPath("Migrate.sln")).Replace('\\', '/');
        Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal);
        Assert.Contains($"{Path.GetDirectoryName(project)!.Replace('\\', '/')}/packages.lock.json", Repository.Files);
    }

    private static IEnumerable<string> Includes(string project, string item) => XDocument.Load(Repository.FullPath(project))
        .Descendants().Where(element => element.Name.LocalName == item).Select(element => (string?)element.Attribute("Include")).OfType<string>();
}
