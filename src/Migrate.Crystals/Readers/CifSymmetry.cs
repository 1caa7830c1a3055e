namespace Migrate.Crystals.Readers;

/// <summary>The symmetry operations of a data block, checked.</summary>
internal static class CifSymmetry
{
    /// <summary>Most operations: four times those of the largest space group in its centred cell.</summary>
    public const int MostOperations = 4 * 192;

    // Cell constants are rounded, and of pseudo-symmetric cells a little off; a wrong cell misses by far more.
    private const double LargestMisfit = 0.01;

    /// <summary>Operations without repetition, the identity first.</summary>
    public static SymmetryOperation[] Read(CifBlock block, Lattice lattice)
    {
        var group = GroupOtherThanP1(block);
        if (!block.TryColumn("_space_group_symop_operation_xyz", out var texts) && !block.TryColumn("_symmetry_equiv_pos_as_xyz", out texts))
        {
            return group is null ? [Parse("x,y,z")] : throw Missing(block, group.Value);
        }

        if (texts.Count > MostOperations)
        {
            throw block.Error($"{texts.Count} symmetry operations; no space group has more than 192");
        }

        HashSet<SymmetryOperation> operations = [];
        foreach (var text in texts)
        {
            if (!SymmetryOperation.TryParse(text.Text, out var operation))
            {
                throw block.Error($"symmetry operation '{Tokens.Quote(text.Text)}' is none; one looks like -x+1/2,y,z", text.Line);
            }

            if (operation.Misfit(lattice) > LargestMisfit)
            {
                throw block.Error(
                    $"symmetry operation '{Tokens.Quote(text.Text)}' does not fit the cell: it changes lengths or angles",
                    text.Line);
            }

            operations.Add(operation with { Translation = operation.Translation.Map(t => t - Math.Floor(t)) });
        }

        if (!operations.Any(operation => operation.IsIdentity))
        {
            throw block.Error("the symmetry operations lack x,y,z", texts.Count > 0 ? texts[0].Line : null);
        }

        return operations.Count == 1 && group is not null
            ? throw Missing(block, group.Value)
            : [.. operations.OrderByDescending(operation => operation.IsIdentity)];
    }

    private static InvalidInputException Missing(CifBlock block, CifToken group) =>
        block.Error(
            $"space group {Tokens.Quote(group.Text)} without its symmetry operations; write the symmetry operations into the file",
            group.Line);

    // What names another space group than P1: then the listed sites are not all atoms of the cell.
    private static CifToken? GroupOtherThanP1(CifBlock block)
    {
        if (block.Single("_space_group_it_number", "_symmetry_int_tables_number") is { } number)
        {
            return number.Text.Trim() == "1" ? null : number;
        }

        var name = block.Single(
            "_space_group_name_h-m_alt",
            "_symmetry_space_group_name_h-m",
            "_space_group_name_hall",
            "_symmetry_space_group_name_hall");
        return name?.Text.Replace(" ", "", StringComparison.Ordinal).Equals("P1", StringComparison.OrdinalIgnoreCase) == true ? null : name;
    }

    private static SymmetryOperation Parse(string text) => SymmetryOperation.TryParse(text, out var operation) ? operation : default;
}
