using Migrate.Crystals;

namespace Migrate.Cli.Tests;

/// <summary><c>migrate paths</c>, and what takes its paths further.</summary>
public class PathsTests : CliTest
{
    private const string Salt = "salt\n5.64\n1 0 0\n0 1 0\n0 0 1\nNa Cl\n4 4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n.5 0 0\n.5 .5 .5\n0 0 .5\n0 .5 0\n";

    [Fact]
    public void Hops_of_a_crystal_are_a_table()
    {
        var result = Run("paths", Write("salt.vasp", Salt), "--ion", "Na");
        Assert.Equal(0, result.Code);
        Assert.Contains("salt-Na-1", result.Output, StringComparison.Ordinal);
        Assert.Contains("3.99", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 hops in 1 structures", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_of_them_is_predicted()
    {
        var (crystal, library) = (Write("salt.vasp", Salt), Path.Combine(Folder, "hops.jsonl.gz"));
        Assert.Equal(0, Run("paths", crystal, "--ion", "Na", "--max-length", "6", "-o", library).Code);
        var paths = PathReader.Read(library).Select(r => r.Entry!).ToList();
        Assert.Equal(["salt-Na-1"], paths.Select(p => p.Name));
        var predicted = Run("predict", library);
        Assert.Equal(0, predicted.Code);
        Assert.Contains("salt-Na-1", predicted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_that_converged_becomes_a_labelled_path_with_relaxed_ends()
    {
        var crystal = Write("argon.vasp", "argon\n5.26\n1 0 0\n0 1 0\n0 0 1\nAr\n4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n");
        var (hops, labelled) = (Path.Combine(Folder, "hops.jsonl"), Path.Combine(Folder, "labelled.jsonl"));
        Assert.Equal(0, Run("paths", crystal, "--ion", "Ar", "-o", hops).Code);
        var result = Run("neb", hops, "-p", "lj:0.0104,3.4,6.5", "--fmax", "0.002", "--labelled", labelled);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        var (before, after) = (Assert.Single(PathReader.Read(hops)).Entry!, Assert.Single(PathReader.Read(labelled)).Entry!);
        Assert.Equal("argon-Ar-1", after.Name);
        Assert.InRange(after.Barrier!.Value, 0.05, 0.1);
        Assert.Equal(before.Band.Structure.Count, after.Band.Structure.Count);
        Assert.NotEqual(before.Band.Structure.Fractional[5], after.Band.Structure.Fractional[5]);
        Assert.Equal(2, Run("neb", hops, "-p", "lj:0.0104,3.4,6.5", "--labelled", Path.Combine(Folder, "labelled.csv")).Code);

        // Told before the work, not after it.
        var early = Run("neb", hops, "-p", "lj:0.0104,3.4,6.5", "--labelled", Path.Combine(Folder, "missing", "labelled.jsonl"));
        Assert.Equal((2, ""), (early.Code, early.Output));
        foreach (var option in new[] { "--output", "--report" })
        {
            var taken = Run("neb", hops, "-p", "lj:0.0104,3.4,6.5", option, Path.Combine(hops, "below"));
            Assert.Equal((2, ""), (taken.Code, taken.Output));
            Assert.Contains($"{hops} is a file; name a folder", taken.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_bad_structure_is_told_and_the_others_go_on()
    {
        Write("many/broken.vasp", "no structure\n");
        Write("many/salt.vasp", Salt);
        Write("many/ice.vasp", "ice\n4\n1 0 0\n0 1 0\n0 0 1\nO H\n1 2\nDirect\n0 0 0\n.2 0 0\n0 .2 0\n");
        var library = Path.Combine(Folder, "hops.jsonl");
        var result = Run("paths", Path.Combine(Folder, "many"), "--ion", "Na", "-o", library);
        Assert.Equal(1, result.Code);
        Assert.Contains("broken.vasp", result.Error, StringComparison.Ordinal);
        Assert.Contains("no Na in this structure; its elements are H O", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.Error.Trim().Split('\n').Length);
        Assert.Single(PathReader.Read(library));
    }

    [Fact]
    public void Samples_and_filters_pass_over_other_structures()
    {
        Write("many/salt.vasp", Salt);
        Write("many/more.vasp", Salt.Replace("5.64", "5.7", StringComparison.Ordinal));
        Write("many/ice.vasp", "ice\n4\n1 0 0\n0 1 0\n0 0 1\nO H\n1 2\nDirect\n0 0 0\n.2 0 0\n0 .2 0\n");
        var (many, library) = (Path.Combine(Folder, "many"), Path.Combine(Folder, "hops.jsonl"));
        Assert.Equal(0, Run("paths", many, "--ion", "Na", "--sample", "5", "-o", library).Code);
        Assert.Equal(2, PathReader.Read(library).Count());
        Assert.Equal(0, Run("paths", many, "--ion", "Na", "--sample", "1", "-o", library).Code);
        Assert.Single(PathReader.Read(library));
        Assert.Equal(0, Run("paths", many, "--ion", "Na", "--with", "O", "Cl", "--sample", "9", "-o", library).Code);
        Assert.Equal(2, PathReader.Read(library).Count());
    }

    [Theory]
    [InlineData(2, "--ion", "Xx")]
    [InlineData(2, "--ion", "Na", "--with", "Oxygen")]
    [InlineData(2, "--ion", "Na", "--max-length", "-1")]
    [InlineData(2, "--ion", "Na", "--sample", "0")]
    [InlineData(2, "--ion", "Na", "-o", "paths.csv")]
    [InlineData(2)]
    [InlineData(3, "--ion", "Li")]
    public void Wrong_requests_are_one_line(int code, params string[] more)
    {
        var result = Run(["paths", Write("salt.vasp", Salt), .. more]);
        Assert.Equal(code, result.Code);
        Assert.Equal("", result.Output);
        Assert.Single(result.Error.Trim().Split('\n'), line => !line.StartsWith("0 hops", StringComparison.Ordinal));
    }
}
