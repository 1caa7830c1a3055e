using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Migrate.Architecture.Tests;

/// <summary>The scripts of benchmarks/gpu, without a GPU: they parse, and their dry run goes through every step.</summary>
public class HarnessTests
{
    private const string Folder = "benchmarks/gpu";

    public static TheoryData<string> Scripts => [.. Files(".sh")];

    public static TheoryData<string> Peers => [.. Files(".py")];

    [Theory, MemberData(nameof(Scripts))]
    public void Script_parses(string script)
    {
        var (code, _, error) = Run("bash", "-n", Repository.FullPath(script));
        Assert.True(code == 0, error);
    }

    [Theory, MemberData(nameof(Peers))]
    public void Peer_parses(string script)
    {
        const string Parse = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())";
        var (code, _, error) = Run("python3", "-c", Parse, Repository.FullPath(script));
        Assert.True(code == 0, error);
    }

    [Fact]
    public void Dry_run_goes_through_every_step_and_is_not_kept_as_a_result()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the harness runs on Linux");
        var folder = Directory.CreateTempSubdirectory("migrate-harness-").FullName;
        try
        {
            var (code, output, error) = Run("bash", [Repository.FullPath($"{Folder}/run.sh"), "--dry-run", "--quick"], folder);
            Assert.True(code == 0, output + error);
            var results = Path.Combine(folder, "results.json");
            using var read = JsonDocument.Parse(File.ReadAllText(results));
            var steps = read.RootElement.GetProperty("steps").EnumerateArray()
                .ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("outcome").GetString());
            Assert.All(
                new[] { "environment", "native", "kernels", "memcheck", "racecheck", "tests", "bench", "alignn", "machine", "graphs" },
                step => Assert.Contains(steps[step], new[] { "passed", "skipped" }));
            Assert.True(read.RootElement.GetProperty("dryRun").GetBoolean());
            Assert.Equal(["logs.tar.gz", "results.json", "summary.md"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
            if (steps["bench"] == "passed")
            {
                var rows = read.RootElement.GetProperty("bench").GetProperty("rows").EnumerateArray();
                Assert.DoesNotContain(rows, row => row.GetProperty("note").GetString()!.StartsWith("failed", StringComparison.Ordinal));
            }

            Assert.Equal(2, Run("bash", Repository.FullPath($"{Folder}/record.sh"), results).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Without_a_pack_the_run_says_so_in_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the harness runs on Linux");
        var (code, _, error) = Run("bash", Repository.FullPath($"{Folder}/run.sh"), "--pack", "no-such-folder");
        Assert.Equal(2, code);
        Assert.Equal("run.sh: no pack in no-such-folder; make one with benchmarks/gpu/pack.sh", error.Trim());
    }

    private static IEnumerable<string> Files(string extension) => Directory
        .EnumerateFiles(Repository.FullPath(Folder), "*" + extension, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments) => Run(program, arguments, "");

    private static (int Code, string Output, string Error) Run(string program, string[] arguments, string results)
    {
        // The programs that were built together with this one: …/bin/Migrate.Architecture.Tests/release/.
        var built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ArtifactsPath"] = built, ["OUT"] = results },
        };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
            throw;
        }
    }
}
