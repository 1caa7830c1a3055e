using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Testing;

/// <summary>golden/structures.json: six bands and six pairs of end points.</summary>
public static class GoldenStructures
{
    private static readonly Dictionary<string, byte> AtomicNumbers =
        Enumerable.Range(1, Element.Count).ToDictionary(z => Element.FromAtomicNumber(z).Symbol, z => (byte)z);

    /// <summary>
    /// Structures by name: bands as "train-7", end points as "ini-2" and "fin-2" (the names that graph ids use without their kind).
    /// </summary>
    public static Dictionary<string, Structure> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden", "structures.json")));
        Dictionary<string, Structure> structures = [];
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            var id = entry.GetProperty("id").GetString()!;
            if (entry.GetProperty("kind").GetString() == "band")
            {
                var name = id["band-".Length..];
                structures[name] = ReadStructure(entry, name, "frac_coords");
            }
            else
            {
                var number = id["pair-".Length..];
                structures[$"ini-{number}"] = ReadStructure(entry.GetProperty("initial"), $"ini-{number}", "frac_coords");
                structures[$"fin-{number}"] = ReadStructure(entry.GetProperty("final"), $"fin-{number}", "frac_coords");
            }
        }

        return structures;
    }

    /// <summary>A structure from an object with "lattice_mat", "elements" and fractional coordinates.</summary>
    internal static Structure ReadStructure(JsonElement json, string name, string coordinates)
    {
        var rows = json.GetProperty("lattice_mat").EnumerateArray().Select(ReadVector).ToArray();
        var numbers = json.GetProperty("elements").EnumerateArray().Select(symbol => AtomicNumbers[symbol.GetString()!]).ToArray();
        var fractional = json.GetProperty(coordinates).EnumerateArray().Select(ReadVector).ToArray();
        return new Structure(new Lattice(rows[0], rows[1], rows[2]), numbers, fractional, name);
    }

    private static Vector3D ReadVector(JsonElement json) => new(json[0].GetDouble(), json[1].GetDouble(), json[2].GetDouble());
}
