namespace Migrate.Crystals.Tests;

public class CifReaderTests
{
    [Fact]
    public void Sites_fill_the_cell_by_symmetry()
    {
        var structure = Assert.Single(CifSamples.Read(CifSamples.LiFePO4));

        Assert.Equal("triphylite", structure.Name);
        Assert.Equal(28, structure.Count);
        Assert.Equal(new Vector3D(10.332, 6.010, 4.692), structure.Lattice.Lengths);
        var counts = structure.AtomicNumbers.ToArray().CountBy(z => Element.FromAtomicNumber(z).Symbol).ToDictionary();
        Assert.Equal((4, 4, 4, 16), (counts["Li"], counts["Fe"], counts["P"], counts["O"]));
    }

    // Bond lengths as the paper gives them, to the digits that the coordinates carry: Li-O 2.087, P-O 1.523.
    [Theory]
    [InlineData("Li", 2.087)]
    [InlineData("P", 1.523)]
    [InlineData("Fe", 2.064)]
    public void Bond_lengths_come_out_right_at_every_image(string symbol, double length)
    {
        var structure = CifSamples.Read(CifSamples.LiFePO4)[0];
        for (var i = 0; i < structure.Count; i++)
        {
            if (structure[i].Element.Symbol == symbol)
            {
                Assert.Equal(length, CifSamples.Nearest(structure, i, "O"), 0.001);
            }
        }
    }

    [Fact]
    public void Rock_salt_comes_out_of_192_operations()
    {
        var operations = RockSaltOperations();
        Assert.Equal(192, operations.Count);
        var text = CifSamples.Small.Replace("data_small", "data_NaCl\n_space_group_IT_number 225", StringComparison.Ordinal)
            .Replace(" 4\n", " 5.64\n", StringComparison.Ordinal)
            .Replace("Li1 0 0 0 1", "Na1 0 0 0 1\nCl1 0.5 0.5 0.5 1", StringComparison.Ordinal)
            + "\nloop_\n_space_group_symop_operation_xyz\n" + string.Join('\n', operations.Select(operation => $"'{operation}'"));

        var structure = Assert.Single(CifSamples.Read(text));

        Assert.Equal(8, structure.Count);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(i < 4 ? "Na" : "Cl", structure[i].Element.Symbol);
            Assert.Equal(2.82, CifSamples.Nearest(structure, i, i < 4 ? "Cl" : "Na"), 1e-9);
        }
    }

    [Fact]
    public void Rounded_thirds_lie_on_the_threefold_axis()
    {
        // R-3m in the hexagonal cell; operations and site with thirds of few digits, the site (1/3, 2/3, z) being an image of (0, 0, z').
        const string Text = """
            data_thirds
            _cell_length_a 2.816
            _cell_length_b 2.816
            _cell_length_c 14.05
            _cell_angle_alpha 90
            _cell_angle_beta 90
            _cell_angle_gamma 120
            loop_
            _symmetry_equiv_pos_as_xyz
            x,y,z
            -y,x-y,z
            -x+y,-x,z
            x+0.667,y+0.333,z+0.333
            -y+0.667,x-y+0.333,z+0.333
            -x+y+0.667,-x+0.333,z+0.333
            x+0.333,y+0.667,z+0.667
            -y+0.333,x-y+0.667,z+0.667
            -x+y+0.333,-x+0.667,z+0.667
            loop_
            _atom_site_type_symbol
            _atom_site_fract_x
            _atom_site_fract_y
            _atom_site_fract_z
            Li 0.3333 0.6667 0.1667
            """;
        Assert.Equal(3, CifSamples.Read(Text)[0].Count);
        var rough = Assert.Throws<InvalidInputException>(() => CifSamples.Read(Text.Replace("0.3333 0.6667", "0.33 0.67", StringComparison.Ordinal)));
        Assert.Contains("more digits", rough.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coordinates_are_kept_as_written()
    {
        var text = CifSamples.Small.Replace("Li1 0 0 0 1", "Li1 -0.25 1.5 0 1", StringComparison.Ordinal);
        Assert.Equal(new Vector3D(-0.25, 1.5, 0), CifSamples.Read(text)[0].Fractional[0]);
    }

    [Fact]
    public void Every_data_block_with_a_structure_gives_one()
    {
        var text = "data_global\n_publ_author_name 'A. Author'\n" + CifSamples.Small + "\n" + CifSamples.LiFePO4;
        Assert.Equal(["small", "triphylite"], CifSamples.Read(text).Select(structure => structure.Name));
    }

    [Theory]
    [InlineData("\n", "\r\n")]
    [InlineData("_atom_site_", "_atom_site.")]
    [InlineData("_cell_length_", "_CELL_LENGTH_")]
    [InlineData("data_", "DATA_")]
    [InlineData("\n_cell_length_b 4", " _cell_length_b\n\n 4(2)\t")]
    [InlineData("Li1 0 0 0 1", "Li1\n0.0\n;0\n;\n-0e0 1.0")]
    [InlineData("Li1 0", "\"Li1\" '0'")]
    [InlineData("data_small", "data_small\n_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1")]
    [InlineData("data_small", "data_small\n_space_group_name_H-M_alt ?")]
    [InlineData("data_small", "data_small\n_note\n;\n\n'\n;\n_next \"a 'b' #c\" #d 'e\n")]
    [InlineData("Li1 0 0 0 1", "Li1 0 0 0 0.9995(6)")]
    public void Other_spellings_give_the_same_structure(string old, string other)
    {
        Assert.Contains(old, CifSamples.Small, StringComparison.Ordinal);
        var structure = Assert.Single(CifSamples.Read(CifSamples.Small.Replace(old, other, StringComparison.Ordinal)));
        Assert.Equal(("Li", Vector3D.Zero), (structure[0].Element.Symbol, structure[0].Fractional));
        Assert.Equal(64, structure.Lattice.Volume, 9);
    }

    // The point group m-3m permutes the axes and changes signs in every way (48); F adds (0 1/2 1/2), (1/2 0 1/2), (1/2 1/2 0).
    private static List<string> RockSaltOperations()
    {
        string[] permutations = ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"];
        string[] centering = [",,", ",+1/2,+1/2", "+1/2,,+1/2", "+1/2,+1/2,"];
        List<string> operations = [];
        foreach (var shift in centering.Select(text => text.Split(',')))
        {
            foreach (var axes in permutations)
            {
                for (var signs = 0; signs < 8; signs++)
                {
                    var rows = Enumerable.Range(0, 3).Select(k => $"{((signs >> k & 1) == 0 ? "" : "-")}{axes[k]}{shift[k]}");
                    operations.Add(string.Join(", ", rows));
                }
            }
        }

        return operations;
    }
}
