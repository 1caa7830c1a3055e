namespace Migrate.Crystals.Tests.Readers;

/// <summary>One small path in every format: Li hops by (0.4, 0, 0) in a 5 x 6 x 7 Å cell with O and Ti in it.</summary>
internal static class Samples
{
    public const double HopLength = 2.0;

    public const string JsonBand = """
        {"sys_name": "hop", "class": "OXIDES", "target": 0.5, "atoms": {"lattice_mat": [[5, 0, 0], [0, 6, 0], [0, 0, 7]],
        "coords": [[0.1, 0, 0], [0.2, 0, 0], [0.3, 0, 0], [0.4, 0, 0], [0.5, 0, 0], [0.5, 0.5, 0.5], [0, 0.5, 0.5]],
        "elements": ["Li", "Li", "Li", "Li", "Li", "O", "Ti"], "cartesian": false}}
        """;

    public const string JsonPair = """
        {"jid": 17, "atoms_ini": {"lattice_mat": [[5, 0, 0], [0, 6, 0], [0, 0, 7]],
        "coords": [[0.1, 0, 0], [0.5, 0.5, 0.5], [0, 0.5, 0.5]], "elements": ["Li", "O", "Ti"]},
        "atoms_fin": {"lattice_mat": [[5, 0, 0], [0, 6, 0], [0, 0, 7]],
        "coords": [[0.5, 0, 0], [0.5, 0.5, 0.5], [0, 0.5, 0.5]], "elements": ["Li", "O", "Ti"]}}
        """;

    public const string Initial = """
        before the hop
        1.0
        5 0 0
        0 6 0
        0 0 7
        Li O Ti
        1 1 1
        Direct
        0.1 0 0
        0.5 0.5 0.5
        0 0.5 0.5

        """;

    public const string Band = """
        hop
        1.0
        5 0 0
        0 6 0
        0 0 7
        Li O Ti
        5 1 1
        Direct
        0.1 0 0
        0.2 0 0
        0.3 0 0
        0.4 0 0
        0.5 0 0
        0.5 0.5 0.5
        0 0.5 0.5

        """;

    public const string XyzInitial = """
        3
        Lattice="5 0 0 0 6 0 0 0 7" Properties=species:S:1:pos:R:3 pbc="T T T"
        Li 0.5 0 0
        O 2.5 3 3.5
        Ti 0 3 3.5

        """;

    public const string Cif = """
        data_hop
        _cell_length_a 5
        _cell_length_b 6
        _cell_length_c 7
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 90
        _space_group_name_H-M_alt 'P 1'
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        Li1 Li 0.1 0 0
        Li2 Li 0.2 0 0
        Li3 Li 0.3 0 0
        Li4 Li 0.4 0 0
        Li5 Li 0.5 0 0
        O1 O 0.5 0.5 0.5
        Ti1 Ti 0 0.5 0.5

        """;

    public static string Final => Initial.Replace("0.1 0 0", "0.5 0 0", StringComparison.Ordinal);

    public static string XyzFinal => XyzInitial.Replace("Li 0.5", "Li 2.5", StringComparison.Ordinal);

    public static string XyzBand => XyzInitial.Replace("3\nLattice", "7\nLattice", StringComparison.Ordinal)
        .Replace("Li 0.5 0 0\n", "Li 0.5 0 0\nLi 1 0 0\nLi 1.5 0 0\nLi 2 0 0\nLi 2.5 0 0\n", StringComparison.Ordinal);

    /// <summary>The compact form: one line.</summary>
    public static string Line(string json) => json.ReplaceLineEndings(" ");
}
