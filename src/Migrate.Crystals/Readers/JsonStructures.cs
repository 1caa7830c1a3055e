using System.Text.Json;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Structures as JSON objects, in the form of jarvis-tools: <c>lattice_mat</c> (rows a, b, c, Å), <c>coords</c> (fractional, or Å where
/// <c>cartesian</c> is true) and <c>elements</c>. Other keys are ignored.
/// </summary>
internal static class JsonStructures
{
    /// <summary>True for an object that looks like a structure.</summary>
    public static bool IsStructure(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("lattice_mat", out _);

    /// <summary>Reads one structure; errors name no file, as the caller knows the entry.</summary>
    public static Structure Read(JsonElement atoms, string name, string? key = null)
    {
        var at = key is null ? "" : key + ".";
        if (atoms.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException($"{key ?? "the structure"} should be an object with lattice_mat, coords and elements");
        }

        var rows = Get(atoms, "lattice_mat", at);
        if (rows.GetArrayLength() != 3)
        {
            throw new InvalidInputException($"{at}lattice_mat has {rows.GetArrayLength()} rows; it should be 3 x 3");
        }

        var lattice = StructureParts.CreateLattice(
            Vector(rows[0], "lattice_mat row 1", at), Vector(rows[1], "lattice_mat row 2", at), Vector(rows[2], "lattice_mat row 3", at), null);
        var (coordinates, elements) = (Get(atoms, "coords", at), Get(atoms, "elements", at));
        var count = coordinates.GetArrayLength();
        if (count != elements.GetArrayLength())
        {
            throw new InvalidInputException($"{at}coords has {count} rows but {at}elements {elements.GetArrayLength()}");
        }

        if (count > Tokens.MostSites)
        {
            throw new InvalidInputException($"{count} sites; at most {Tokens.MostSites} are read");
        }

        var cartesian = IsCartesian(atoms, at);
        var (numbers, fractional) = (new List<byte>(count), new List<Vector3D>(count));
        foreach (var row in coordinates.EnumerateArray())
        {
            var position = Vector(row, $"coords of site {fractional.Count + 1}", at);
            fractional.Add(cartesian ? lattice.ToFractional(position) : position);
        }

        foreach (var symbol in elements.EnumerateArray())
        {
            numbers.Add(Number(symbol, numbers.Count + 1, at));
        }

        return StructureParts.Create(lattice, numbers, fractional, name, null);
    }

    private static JsonElement Get(JsonElement atoms, string name, string at) =>
        !atoms.TryGetProperty(name, out var value) ? throw new InvalidInputException($"{at}{name} is missing")
        : value.ValueKind != JsonValueKind.Array ? throw new InvalidInputException($"{at}{name} should be an array")
        : value;

    private static Vector3D Vector(JsonElement row, string what, string at)
    {
        if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != 3)
        {
            throw new InvalidInputException($"{at}{what} should be 3 numbers, not {Tokens.Quote(row.GetRawText())}");
        }

        return new(Component(row[0]), Component(row[1]), Component(row[2]));

        double Component(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new InvalidInputException($"{at}{what}: {Tokens.Quote(value.GetRawText())} is no finite number");
    }

    private static byte Number(JsonElement symbol, int site, string at) =>
        symbol.ValueKind == JsonValueKind.String && Element.TryParseSpecies(symbol.GetString()!, out var element)
            ? (byte)element.AtomicNumber
            : throw new InvalidInputException($"{at}elements: site {site}: {Tokens.Quote(symbol.GetRawText())} is no element symbol");

    private static bool IsCartesian(JsonElement atoms, string at) => atoms.TryGetProperty("cartesian", out var flag) && flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw new InvalidInputException($"{at}cartesian should be true or false, not {Tokens.Quote(flag.GetRawText())}"),
    };
}
