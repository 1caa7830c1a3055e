using Migrate.Crystals.Writers;

namespace Migrate.Crystals.Tests;

public class WriterTests
{
    // Elements that come back later, coordinates outside the cell, numbers without a short decimal form, a skewed cell.
    private static readonly Structure Awkward = new(
        new Lattice(new(1.0 / 3, 4, 0), new(-3.3, 0.1, 2e-7), new(0, -1, 7.000000000000001)),
        [3, 8, 8, 3, 26],
        [new(-0.25, 1.5, 1e-300), new(0.1, 2.0 / 3, 0.30000000000000004), new(0.5, 0.5, 0.5), new(1e-7, 0, -0.0), new(12.5, -7.25, 0.9)],
        "two runs\n\"of\" Li");

    [Fact]
    public void Poscar_reads_back_as_the_same_structure()
    {
        var copy = WriteAndRead("copy.vasp", path => PoscarWriter.WriteFile(path, Awkward));
        Assert.Equal(Awkward.AtomicNumbers, copy.AtomicNumbers);
        Assert.Equal(Awkward.Fractional, copy.Fractional);
        Assert.Equal((Awkward.Lattice.A, Awkward.Lattice.B, Awkward.Lattice.C), (copy.Lattice.A, copy.Lattice.B, copy.Lattice.C));
    }

    [Fact]
    public void Poscar_keeps_site_order_in_blocks()
    {
        using var text = new StringWriter { NewLine = "\n" };
        PoscarWriter.Write(text, Awkward);
        var lines = text.ToString().Split('\n');
        Assert.Equal("two runs \"of\" Li", lines[0]);
        Assert.Equal(["Li O Li Fe", "1 2 1 1", "Direct"], lines[5..8].Select(line => line.Trim()));
        Assert.Equal(8 + Awkward.Count, lines.Count(line => line.Length > 0));
    }

    [Fact]
    public void Structure_without_a_name_gets_a_comment_line()
    {
        using var text = new StringWriter { NewLine = "\n" };
        PoscarWriter.Write(text, Awkward.WithName(" \n"));
        Assert.StartsWith("structure\n1.0\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Extended_xyz_reads_back_frame_by_frame()
    {
        var folder = Directory.CreateTempSubdirectory("migrate-test-").FullName;
        try
        {
            var path = Path.Combine(folder, "frames.extxyz");
            ExtendedXyzWriter.WriteFile(path, [Awkward, Awkward.WithName("second")]);
            var copies = StructureReader.ReadAll(path).ToArray();
            Assert.Equal(["two runs 'of' Li", "second"], copies.Select(copy => copy.Name));
            foreach (var copy in copies)
            {
                Assert.Equal(Awkward.AtomicNumbers, copy.AtomicNumbers);
                for (var i = 0; i < copy.Count; i++)
                {
                    Assert.True((copy.Fractional[i] - Awkward.Fractional[i]).Length < 1e-13);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("migrate-test-").FullName;
        try
        {
            var path = Path.Combine(folder, "kept.xyz");
            File.WriteAllText(path, "old");
            Assert.Throws<InvalidOperationException>(() => ExtendedXyzWriter.WriteFile(path, Failing()));
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IEnumerable<Structure> Failing()
        {
            yield return Awkward;
            throw new InvalidOperationException();
        }
    }

    private static Structure WriteAndRead(string name, Action<string> write)
    {
        var folder = Directory.CreateTempSubdirectory("migrate-test-").FullName;
        try
        {
            var path = Path.Combine(folder, name);
            write(path);
            return StructureReader.ReadFile(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
