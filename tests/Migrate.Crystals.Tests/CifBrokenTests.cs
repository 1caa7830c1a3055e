namespace Migrate.Crystals.Tests;

/// <summary>Broken files: each is refused with the line and the reason.</summary>
public class CifBrokenTests
{
    private const string Symmetry = "data_small\nloop_\n_symmetry_equiv_pos_as_xyz\n";

    [Theory]
    [InlineData("_cell_length_a 4", "", 1, "_cell_length_a is missing")]
    [InlineData("_cell_angle_gamma 90", "_cell_angle_gamma ?", 1, "_cell_angle_gamma is missing")]
    [InlineData("_cell_length_b 4", "_cell_length_b four", 3, "'four' is no finite number")]
    [InlineData("_cell_length_b 4", "_cell_length_b 4(x)", 3, "'4(x)' is no finite number")]
    [InlineData("_cell_length_b 4", "_cell_length_b 1e400", 3, "no finite number")]
    [InlineData("_cell_length_b 4", "_cell_length_b -4", 2, "must be positive")]
    [InlineData("_cell_angle_beta 90", "_cell_angle_beta 190", 6, "between 0 and 180")]
    [InlineData("_cell_angle_beta 90", "_cell_angle_beta 0", 6, "between 0 and 180")]
    [InlineData("_cell_angle_beta 90\n_cell_angle_gamma 90", "_cell_angle_beta 30\n_cell_angle_gamma 30", 2, "close no cell")]
    [InlineData("_cell_length_b 4", "_cell_length_a 4", 3, "stands twice")]
    [InlineData("_cell_length_b 4", "_cell_length_b", 3, "has no value")]
    [InlineData("_cell_length_b 4", "_cell_length_b 4 5", 3, "'5' has no tag")]
    [InlineData("_cell_length_b 4", "_cell_length_b '4", 3, "not closed")]
    [InlineData("_cell_length_b 4", "_cell_length_b\n;4", 4, "no end")]
    [InlineData("data_small", "", 2, "before the first data block")]
    [InlineData("data_small", "data_small save_x", 1, "belongs to dictionaries")]
    [InlineData("data_small", "data_small loop_ loop_", 1, "loop_ without tags")]
    [InlineData("Li1 0 0 0 1", "Li1 0 0 0", 14, "not complete")]
    [InlineData("Li1 0 0 0 1", "", 1, "no atom sites")]
    [InlineData("_atom_site_fract_x", "_atom_site_fract_w", 1, "_atom_site_fract_x is missing")]
    [InlineData("_atom_site_fract_x", "_atom_site_Cartn_x", 1, "fractional ones")]
    [InlineData("Li1 0 0 0 1", "Li1 0 ? 0 1", 14, "site Li1: y '?'")]
    [InlineData("Li1 0 0 0 1", "Xx1 0 0 0 1", 14, "'Xx1' names no element")]
    [InlineData("Li1 0 0 0 1", "? 0 0 0 1", 14, "names no element")]
    [InlineData("Li1 0 0 0 1", "Li1 0 0 0 0.5", 14, "site Li1 has occupancy 0.5")]
    [InlineData("Li1 0 0 0 1", "Li1 0 0 0 full", 14, "occupancy 'full'")]
    [InlineData("Li1 0 0 0 1", "Li1 0 0 0 1\nFe1 1 0.001 0 1", 15, "Li1 and Fe1 are at the same place")]
    [InlineData("_atom_site_occupancy", "_atom_site_attached_hydrogens", 14, "attached hydrogens")]
    [InlineData("data_small", "data_small\n_symmetry_space_group_name_H-M 'F m -3 m'", 2, "write the symmetry operations into the file")]
    [InlineData("data_small", "data_small\n_space_group_IT_number 62", 2, "write the symmetry operations into the file")]
    [InlineData("data_small", "data_small _space_group_IT_number 62 _symmetry_equiv_pos_as_xyz x,y,z", 1, "space group 62 without")]
    [InlineData("data_small", Symmetry + "x,y,z x,y,q", 4, "'x,y,q' is none")]
    [InlineData("data_small", Symmetry + "x,y,z x,y", 4, "'x,y' is none")]
    [InlineData("data_small", Symmetry + "x,y,z x,x,z", 4, "'x,x,z' is none")]
    [InlineData("data_small", Symmetry + "x,y,z 2x,y,z", 4, "'2x,y,z' is none")]
    [InlineData("data_small", Symmetry + "x,y,z x,y,z+1/0", 4, "is none")]
    [InlineData("data_small", Symmetry + "x,y,z -y,x-y,z", 4, "does not fit the cell")]
    [InlineData("data_small", Symmetry + "-x,-y,-z", 4, "lack x,y,z")]
    public void Broken_files_are_refused(string old, string broken, int line, string reason)
    {
        Assert.Contains(old, CifSamples.Small, StringComparison.Ordinal);
        var error = Assert.Throws<InvalidInputException>(() => CifSamples.Read(CifSamples.Small.Replace(old, broken, StringComparison.Ordinal)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"test.cif:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment")]
    [InlineData("data_global\n_journal_year 1993")]
    public void Files_without_a_structure_are_refused(string text) =>
        Assert.Contains("no structure", Assert.Throws<InvalidInputException>(() => CifSamples.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_many_operations_are_refused()
    {
        var text = CifSamples.Small.Replace("data_small", Symmetry + string.Concat(Enumerable.Repeat("x,y,z\n", 800)), StringComparison.Ordinal);
        Assert.Contains("800 symmetry operations", Assert.Throws<InvalidInputException>(() => CifSamples.Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Piled_up_sites_are_refused()
    {
        // 8 × 8 × 8 sites 0.04 Å apart.
        var rows = Enumerable.Range(0, 512).Select(i => $"Li{i} {0.01 * (i % 8)} {0.01 * (i / 8 % 8)} {0.01 * (i / 64)} 1");
        var text = CifSamples.Small.Replace("Li1 0 0 0 1", string.Join('\n', rows), StringComparison.Ordinal);
        Assert.Contains("no crystal", Assert.Throws<InvalidInputException>(() => CifSamples.Read(text)).Message, StringComparison.Ordinal);
    }

    // Cut, doubled and changed characters: a structure or an error of the input, never another exception.
    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        var random = new Random(7);
        var (read, refused) = (0, 0);
        for (var trial = 0; trial < 2000; trial++)
        {
            var text = new System.Text.StringBuilder(CifSamples.LiFePO4);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                    case 1: text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 30), text.Length - at))); break;
                    case 2: text[at] = "'\"#;_\n ?.(),-9ex\u00e9"[random.Next(17)]; break;
                    default: text.Length = at + 1; break;
                }
            }

            try
            {
                read += CifSamples.Read(text.ToString()).Length > 0 ? 1 : 0;
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }
}
