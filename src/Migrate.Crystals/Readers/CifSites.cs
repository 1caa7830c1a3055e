namespace Migrate.Crystals.Readers;

/// <summary>One row of the atom sites of a CIF: an atom of the asymmetric unit.</summary>
/// <param name="Label">Label, for messages.</param>
/// <param name="AtomicNumber">1..118.</param>
/// <param name="Fractional">Fractional coordinates as written.</param>
/// <param name="Line">Line of the row.</param>
internal readonly record struct CifSite(string Label, byte AtomicNumber, Vector3D Fractional, int Line);

/// <summary>Reads the atom sites of a data block.</summary>
internal static class CifSites
{
    // Occupancies are rounded; what is further from 1 is disorder, of which no single structure can be made.
    private const double OccupancyTolerance = 1e-3;

    public static List<CifSite> Read(CifBlock block)
    {
        var (x, y, z) = (Coordinate(block, "x"), Coordinate(block, "y"), Coordinate(block, "z"));
        block.TryColumn("_atom_site_label", out var labels);
        block.TryColumn("_atom_site_type_symbol", out var types);
        block.TryColumn("_atom_site_occupancy", out var occupancies);
        block.TryColumn("_atom_site_calc_flag", out var flags);
        block.TryColumn("_atom_site_attached_hydrogens", out var hydrogens);
        if (x.Count > Tokens.MostSites)
        {
            throw block.Error($"{x.Count} atom sites; at most {Tokens.MostSites} are read");
        }

        // Tags given one by one, not in one loop, could differ in length.
        foreach (var column in new[] { y, z, labels, types, occupancies, flags, hydrogens })
        {
            if (column is not null && column.Count != x.Count)
            {
                throw block.Error("the _atom_site_ tags do not stand in one loop");
            }
        }

        List<CifSite> sites = [];
        for (var i = 0; i < x.Count; i++)
        {
            // Dummy sites mark centres of rings and the like; nothing is there.
            if (flags is not null && flags[i].Text == "dum")
            {
                continue;
            }

            var label = Label(labels, types, i);
            CheckOccupancy(block, occupancies, i, label);
            if (hydrogens is not null && hydrogens[i] is { IsMissing: false } attached && !(attached.TryNumber(out var count) && count == 0))
            {
                throw block.Error($"site {label} has attached hydrogens without coordinates; list them as sites", attached.Line);
            }

            var element = ReadElement(block, labels, types, i, label, x[i].Line);
            Vector3D position = new(Value(block, x[i], label, "x"), Value(block, y[i], label, "y"), Value(block, z[i], label, "z"));
            sites.Add(new CifSite(label, (byte)element.AtomicNumber, position, x[i].Line));
        }

        return sites.Count > 0 ? sites : throw block.Error("no atom sites");
    }

    private static List<CifToken> Coordinate(CifBlock block, string axis) =>
        block.TryColumn($"_atom_site_fract_{axis}", out var values)
            ? values
            : throw block.Error(block.TryColumn($"_atom_site_cartn_{axis}", out _)
                ? $"Cartesian coordinates (_atom_site_Cartn_{axis}) are not read; fractional ones (_atom_site_fract_{axis}) are needed"
                : $"no atom sites: _atom_site_fract_{axis} is missing");

    private static string Label(List<CifToken>? labels, List<CifToken>? types, int i) =>
        Tokens.Quote((labels ?? types)?[i].Text ?? $"{i + 1}");

    private static Element ReadElement(CifBlock block, List<CifToken>? labels, List<CifToken>? types, int i, string label, int line)
    {
        var named = types is not null && !types[i].IsMissing ? types[i] : labels?[i];
        if (named is not { IsMissing: false } name)
        {
            throw block.Error($"site {label} names no element: neither _atom_site_type_symbol nor _atom_site_label", line);
        }

        return Element.TryParseSpecies(name.Text, out var element)
            ? element
            : throw block.Error(
                $"site {label}: '{Tokens.Quote(name.Text)}' names no element; symbols are written as in Fe, Fe3+ or Fe1",
                name.Line);
    }

    private static void CheckOccupancy(CifBlock block, List<CifToken>? occupancies, int i, string label)
    {
        if (occupancies is null || occupancies[i].IsMissing)
        {
            return;
        }

        var token = occupancies[i];
        if (!token.TryNumber(out var occupancy))
        {
            throw block.Error($"site {label}: occupancy '{Tokens.Quote(token.Text)}' is no number", token.Line);
        }

        if (!(Math.Abs(occupancy - 1) <= OccupancyTolerance))
        {
            throw block.Error(
                $"site {label} has occupancy {Tokens.Quote(token.Text)}; every site must be fully occupied (write an ordered structure)",
                token.Line);
        }
    }

    private static double Value(CifBlock block, CifToken token, string label, string axis) =>
        token.TryNumber(out var value)
            ? value
            : throw block.Error($"site {label}: {axis} '{Tokens.Quote(token.Text)}' is no finite number", token.Line);
}
