namespace Migrate.Cli.Tests;

/// <summary>Broken files through the command line: one clear line that names the file, an exit code, no stack trace, no output.</summary>
public sealed class BrokenFileTests : CliTest
{
    private const string Atoms = """{"lattice_mat": [[4,0,0],[0,4,0],[0,0,4]], "coords": [[0,0,0],[0.5,0.5,0.5]], "elements": ["Li","O"]}""";

    public static TheoryData<string, string> Files => new()
    {
        { "empty.vasp", "" },
        { "blank.vasp", "\n\n\n" },
        { "truncated.vasp", "c\n1.0\n4 0 0\n0 4 0\n" },
        { "nan.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 NaN\nLi\n1\nDirect\n0 0 0\n" },
        { "element.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 4\nXx\n1\nDirect\n0 0 0\n" },
        { "flat.vasp", "c\n1.0\n4 0 0\n0 4 0\n4 4 0\nLi\n1\nDirect\n0 0 0\n" },
        { "counts.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 4\nLi O\n1\nDirect\n0 0 0\n" },
        { "huge.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 4\nLi\n999999999999\nDirect\n0 0 0\n" },
        { "negative.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 4\nLi\n-3\nDirect\n0 0 0\n" },
        { "short.vasp", "c\n1.0\n4 0 0\n0 4 0\n0 0 4\nLi\n3\nDirect\n0 0 0\n" },
        { "mixed.vasp", "c\r1.0\r\n4 0 0\n0 4 0\r0 0 4\nLi\n1\nDirect\r\n0 0\n" },
        { "binary.vasp", "\0\u0001\u0002\u0003PK\u0004junk\0\0\0" },
        { "binary.cif", "\0\u0001\u0002\u0003PK\u0004junk\0\0\0" },
        { "nocell.cif", "data_x\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi 0 0 0\n" },
        { "occupancy.cif", "data_x\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\nLi 0 0 0 0.5\n" },
        { "nolattice.xyz", "1\nno lattice here\nLi 0 0 0\n" },
        { "count.xyz", "1000000000000\nLattice=\"4 0 0 0 4 0 0 0 4\"\nLi 0 0 0\n" },
        { "cut.xyz", "2\nLattice=\"4 0 0 0 4 0 0 0 4\"\nLi 0 0 0\n" },
        { "syntax.json", "{\"atoms\": " },
        { "types.json", "{\"atoms\": {\"lattice_mat\": \"none\", \"coords\": 3, \"elements\": {}}}" },
        { "lengths.json", "{\"atoms\": {\"lattice_mat\": [[4,0,0],[0,4,0],[0,0,4]], \"coords\": [[0,0,0]], \"elements\": [\"Li\",\"O\"]}}" },
        { "scalar.json", "17" },
        { "deep.json", new string('[', 5000) },
        { "noband.json", "{\"atoms\": " + Atoms + "}" },
        { "line.jsonl", "{\"atoms\": 1}\n" },
        { "notgz.json.gz", "this is no gzip" },
        { "what.docx", "hello" },
    };

    [Theory, MemberData(nameof(Files))]
    public void Each_gives_one_clear_line(string name, string text)
    {
        var file = Write(name, text);
        var output = Path.Combine(Folder, "out.csv");
        var result = Run("predict", file, "-o", output);
        Assert.Equal(ExitCode.BadInput, result.Code);
        var line = Assert.Single(result.Error.TrimEnd().Split('\n'), l => l.StartsWith("failed: ", StringComparison.Ordinal));
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "{")]
    [InlineData("config.json", "{\"format\": 7}")]
    [InlineData("config.json", "{\"model\": {\"hiddenFeatures\": 100000000}}")]
    [InlineData("scaler.json", "{\"mean\": 0, \"standardDeviation\": 0, \"minimum\": 1, \"maximum\": 0}")]
    [InlineData("model.safetensors", "")]
    [InlineData("model.safetensors", "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff{}")]
    [InlineData("model.safetensors", "\u0002\0\0\0\0\0\0\0{}")]
    public void Damaged_checkpoints_are_named(string file, string text)
    {
        var folder = Extract("Weights/network-0/");
        File.WriteAllBytes(Path.Combine(folder, file), System.Text.Encoding.Latin1.GetBytes(text));
        RequireOneLine(folder, file);
    }

    [Theory]
    [InlineData("ensemble.json", "{")]
    [InlineData("descriptors.safetensors", "")]
    [InlineData("neb-model.json", "{")]
    [InlineData("neb-model.json", "null")]
    [InlineData("neb-model.json", "{\"format\": 7}")]
    [InlineData("neb-model.json", "{\"potential\": \"M3GNet\", \"weightsHash\": \"short\"}")]
    [InlineData("neb-model.safetensors", "")]
    [InlineData("neb-model.safetensors", null)]
    public void Damaged_ensembles_are_named(string file, string? text)
    {
        var folder = Extract("Weights/");
        if (text is null)
        {
            File.Delete(Path.Combine(folder, file));
        }
        else
        {
            File.WriteAllText(Path.Combine(folder, file), text);
        }

        RequireOneLine(folder, file);
    }

    // The shipped weights below a name, as a folder.
    private string Extract(string prefix)
    {
        var (folder, program) = (Path.Combine(Folder, "model"), typeof(CliApplication).Assembly);
        foreach (var part in program.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var file = Path.Combine(folder, part[prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var stream = program.GetManifestResourceStream(part)!;
            using var copy = File.Create(file);
            stream.CopyTo(copy);
        }

        return folder;
    }

    private static void RequireOneLine(string folder, string file)
    {
        var result = Run("predict", Examples, "--model", folder);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
