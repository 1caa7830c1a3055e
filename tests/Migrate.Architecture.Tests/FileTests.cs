using System.Text.RegularExpressions;

namespace Migrate.Architecture.Tests;

/// <summary>What may lie in the repository, and where.</summary>
public partial class FileTests
{
    private const long LargestFile = 20_000_000;

    private static readonly string[] TopLevel =
    [
        "src", "native", "tests", "benchmarks", "docs", ".ci",
        "Migrate.sln", "CMakeLists.txt", "CMakePresets.json", "build.sh", "build.ps1", "global.json",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
        ".editorconfig", ".clang-format", ".gitattributes", ".gitignore",
        "README.md", "CHANGELOG.md", "LICENSE",
    ];

    // Files outside of Migrate.Native that call native code themselves, each with its reason beside it there; none today.
    private static readonly string[] CallsNativeCode = [];

    private static readonly string[] Binary = [".safetensors", ".png", ".gz"];

    [Fact]
    public void Top_level_holds_only_known_names() =>
        Assert.All(Repository.Files.Select(file => file.Split('/')[0]).Distinct(), name => Assert.Contains(name, TopLevel));

    [Fact]
    public void No_file_is_too_large() =>
        Assert.All(Repository.Files, file => Assert.InRange(new FileInfo(Repository.FullPath(file)).Length, 0, LargestFile));

    [Fact]
    public void Native_code_is_called_in_one_project_only()
    {
        var sources = Repository.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));
        var callers = sources.Where(file => NativeCall().IsMatch(File.ReadAllText(Repository.FullPath(file)))).ToList();
        Assert.All(callers.Except(CallsNativeCode), file => Assert.StartsWith("src/Migrate.Native/", file, StringComparison.Ordinal));
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        var lines = Repository.Files.Where(file => !Binary.Contains(Path.GetExtension(file)))
            .SelectMany(file => File.ReadLines(Repository.FullPath(file)).Select((line, i) => (Text: line, Place: $"{file}:{i + 1}")));
        Assert.Equal([], lines.Where(line => MachinePath().IsMatch(line.Text)).Select(line => line.Place));
    }

    [GeneratedRegex(@"\[\s*(LibraryImport|DllImport)\s*\(")]
    private static partial Regex NativeCall();

    // Home and scratch folders of Unix and Windows. The brackets keep this line from matching itself.
    [GeneratedRegex(@"(?<![\w.$}])/(work|root|tmp|home)[/]|[A-Z]:\\Users\\", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();
}
