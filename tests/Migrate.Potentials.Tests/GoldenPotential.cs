using System.Text.Json;
using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Potentials.Tests;

/// <summary>golden/potentials: energies, forces and stresses of an independent implementation.</summary>
internal sealed class GoldenPotential
{
    // Molecules stand in a box that no bond crosses.
    private const double Vacuum = 12;

    private readonly JsonElement _json;

    private GoldenPotential(JsonElement json)
    {
        _json = json;
        var positions = json.GetProperty("cartesian_positions").EnumerateArray().Select(Vector).ToArray();
        byte[] numbers = [.. json.GetProperty("species").EnumerateArray().Select(s => (byte)Number(s.GetString()!))];
        var lattice = json.GetProperty("lattice");
        IsPeriodic = lattice.ValueKind == JsonValueKind.Array;
        Vector3D[] rows = IsPeriodic ? [.. lattice.EnumerateArray().Select(Vector)] : Box(positions);
        Structure = At(new Lattice(rows[0], rows[1], rows[2]), numbers, positions, json.GetProperty("name").GetString()!);
    }

    public static string[] Potentials { get; } =
        ["M3GNet-MP-2021.2.8-EFS", "M3GNet-MP-2021.2.8-PES", "M3GNet-MatPES-PBE-v2025.1-PES", "TensorNet-MatPES-PBE-v2025.1-PES"];

    public Structure Structure { get; }

    public bool IsPeriodic { get; }

    public static IReadOnlyList<GoldenPotential> All() =>
    [
        .. Directory.GetFiles(SharedFolder.Require("golden", "potentials"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => new GoldenPotential(JsonDocument.Parse(File.ReadAllText(file)).RootElement)),
    ];

    public static string Weights(string potential) => SharedFolder.Require("data", "potentials", potential);

    public static Structure At(Lattice lattice, byte[] numbers, Vector3D[] cartesian, string name) =>
        new(lattice, numbers, [.. cartesian.Select(lattice.ToFractional)], name);

    public double Energy(string potential) => Reference(potential).GetProperty("energy").GetDouble();

    public Vector3D[] Forces(string potential) => [.. Reference(potential).GetProperty("forces").EnumerateArray().Select(Vector)];

    public double[] Stress(string potential) =>
        [.. Reference(potential).GetProperty("stress").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(x => x.GetDouble()))];

    private static int Number(string symbol) => Element.TryParse(symbol, out var element) ? element.AtomicNumber : throw new FormatException(symbol);

    private static Vector3D Vector(JsonElement json) => new(json[0].GetDouble(), json[1].GetDouble(), json[2].GetDouble());

    private static Vector3D[] Box(Vector3D[] positions)
    {
        double Extent(int axis) => positions.Max(p => p[axis]) - positions.Min(p => p[axis]) + Vacuum;
        return [new(Extent(0), 0, 0), new(0, Extent(1), 0), new(0, 0, Extent(2))];
    }

    private JsonElement Reference(string potential) => _json.GetProperty("potentials").GetProperty(potential).GetProperty("float64");
}
