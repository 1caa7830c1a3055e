using Migrate.Crystals.Readers;

namespace Migrate.Crystals.Tests;

/// <summary>CIF texts for tests.</summary>
internal static class CifSamples
{
    /// <summary>One Li in a cubic cell of 4 Å, without symmetry.</summary>
    public const string Small = """
        data_small
        _cell_length_a 4
        _cell_length_b 4
        _cell_length_c 4
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 90
        loop_
        _atom_site_label
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_occupancy
        Li1 0 0 0 1
        """;

    /// <summary>Triphylite: 6 sites, 28 atoms. Streltsov et al., Acta Cryst. B 49, 147 (1993).</summary>
    public const string LiFePO4 = """
        # Comments and blank lines may stand anywhere.

        data_triphylite
        _publ_section_title
        ;
         Electron density in LiFePO4; _cell_length_a 99
        loop_ in a text is no loop
        ;
        _chemical_name_mineral  'triphylite, it's olivine'
        _symmetry_space_group_name_H-M 'P n m a'
        _cell_length_a  10.332(4)   # uncertainty in the last digit
        _cell_length_b   6.010(5)
        _cell_length_c   4.692(2)
        _cell_angle_alpha 90
        _cell_angle_beta  90.0
        _cell_angle_gamma 9.00E1
        LOOP_
        _symmetry_equiv_pos_as_xyz
         x,y,z  '1/2-x, -y, 1/2+z'  -x,y+1/2,-z  "x+.5, 0.5-y, -z+1/2"
         -x,-y,-z  'X+1/2,Y,-Z+1/2'
        x,-y+1/2,z
        -x+1/2,y+1/2,z+1/2
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_occupancy
        _atom_site_calc_flag
        Li Li1+ 0 0 0 1.0 .
        Fe1 Fe2+ .28222(1) .25 .97472(3) 1 d
        P1 ? 0.09486 0.25 0.41820 1 ?
        O1 O2- 0.09678 .25 .74279 . d
        O2 O 0.45710 0.25 0.20602 1 d
        O3 'O2-' 0.16558
          0.04646 0.28478 1 d
        ring . 0.5 0.5 0.5 . dum
        loop_
        _atom_site_aniso_label
        _atom_site_aniso_U_11
        Fe1 0.005
        """;

    /// <summary>All structures of a text.</summary>
    public static Structure[] Read(string text)
    {
        using var reader = new StringReader(text);
        return [.. CifReader.Read(reader, "test.cif")];
    }

    /// <summary>Shortest periodic distance between an atom and any atom of an element, Å.</summary>
    public static double Nearest(Structure structure, int atom, string symbol)
    {
        var nearest = double.PositiveInfinity;
        for (var i = 0; i < structure.Count; i++)
        {
            if (i != atom && structure[i].Element.Symbol == symbol)
            {
                var image = structure.Lattice.ShortestImage(structure[i].Fractional - structure[atom].Fractional);
                nearest = Math.Min(nearest, structure.Lattice.ToCartesian(image).Length);
            }
        }

        return nearest;
    }
}
