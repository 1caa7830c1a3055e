using System.Diagnostics.CodeAnalysis;

namespace Migrate.Crystals.Readers;

/// <summary>One data block of a CIF: the values that describe a structure. Everything else in the file is not kept.</summary>
/// <param name="name">Name after <c>data_</c>, may be empty.</param>
/// <param name="file">File, for messages.</param>
/// <param name="line">Line of <c>data_</c>.</param>
internal sealed class CifBlock(string name, string file, int line)
{
    private static readonly string[] Kept =
        ["_cell_length_", "_cell_angle_", "_symmetry_equiv_pos_as_xyz", "_space_group_symop_operation_xyz", "_symmetry_space_group_name_",
         "_symmetry_int_tables_number", "_space_group_name_", "_space_group_it_number", "_atom_site_label", "_atom_site_type_symbol",
         "_atom_site_fract_", "_atom_site_cartn_", "_atom_site_occupancy", "_atom_site_calc_flag", "_atom_site_attached_hydrogens"];

    private readonly Dictionary<string, List<CifToken>> _columns = [];

    /// <summary>Name after <c>data_</c>.</summary>
    public string Name => name;

    /// <summary>True if nothing here describes a structure, as in a block of bibliography.</summary>
    public bool HasNoStructure => !_columns.Keys.Any(
        tag => tag.StartsWith("_cell_length_", StringComparison.Ordinal) || tag.StartsWith("_atom_site_", StringComparison.Ordinal));

    /// <summary>Takes a tag; null where its values are not needed.</summary>
    public List<CifToken>? Add(CifToken tag)
    {
        if (!Kept.Any(prefix => tag.Text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        List<CifToken> values = [];
        return _columns.TryAdd(tag.Text, values) ? values : throw Error($"{tag.Text} stands twice in one data block", tag.Line);
    }

    /// <summary>Values of a tag: those of its loop, or the single one.</summary>
    public bool TryColumn(string tag, [NotNullWhen(true)] out List<CifToken>? values) =>
        _columns.TryGetValue(tag, out values);

    /// <summary>The first of the tags that has a single, known value.</summary>
    public CifToken? Single(params ReadOnlySpan<string> tags)
    {
        foreach (var tag in tags)
        {
            if (_columns.TryGetValue(tag, out var values) && values is [{ IsMissing: false } value])
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A number that must be there.</summary>
    public double Number(string tag)
    {
        var value = Single(tag) ?? throw Error($"{tag} is missing");
        return value.TryNumber(out var number) ? number : throw Error($"{tag}: '{Tokens.Quote(value.Text)}' is no finite number", value.Line);
    }

    /// <summary>An error in this block, in a line of it or, without one, in the line of its name.</summary>
    public InvalidInputException Error(string message, int? at = null) =>
        new(at is null ? $"data block '{Tokens.Quote(name)}': {message}" : message, file, at ?? line);
}
