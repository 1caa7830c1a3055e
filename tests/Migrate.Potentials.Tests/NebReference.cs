using System.Text.Json;
using Migrate.Crystals;
using Migrate.Potentials.Neb;
using Migrate.Testing;

namespace Migrate.Potentials.Tests;

/// <summary>data/neb-reference: published bands and complete re-computations of them.</summary>
internal sealed class NebReference
{
    private readonly JsonElement _run;

    public NebReference(string name, string run)
    {
        var folder = SharedFolder.Require("data", "neb-reference", name);
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "m3gnet-neb.json"))).RootElement;
        _run = json.GetProperty("runs").GetProperty(run);
        var rows = json.GetProperty("lattice").EnumerateArray().Select(Vector).ToArray();
        Lattice = new Lattice(rows[0], rows[1], rows[2]);
        Species = [.. json.GetProperty("species").EnumerateArray().Select(s => Element.TryParse(s.GetString()!, out var e) ? (byte)e.AtomicNumber : throw new FormatException(s.GetString()))];
        Ends = NebPath.Create(name, StructureReader.ReadFile(Path.Combine(folder, "initial.vasp")), StructureReader.ReadFile(Path.Combine(folder, "final.vasp")), nearestImages: false);
    }

    public Lattice Lattice { get; }

    public byte[] Species { get; }

    public NebPath Ends { get; }

    public double Barrier => _run.GetProperty("barrier").GetDouble();

    public Vector3D[][] Interpolated => Positions("interpolated_positions");

    public Vector3D[][] Final => Positions("positions");

    public double[] Energies => [.. _run.GetProperty("energies").EnumerateArray().Select(e => e.GetDouble())];

    public NebStep[] Log(string name) =>
        [.. _run.GetProperty(name).EnumerateArray().Select(row => new NebStep(row[0].GetInt32(), row[1].GetDouble(), row[2].GetDouble()))];

    public Structure At(Vector3D[] positions) => GoldenPotential.At(Lattice, Species, positions, Ends.Name);

    private Vector3D[][] Positions(string name) =>
        [.. _run.GetProperty(name).EnumerateArray().Select(image => image.EnumerateArray().Select(Vector).ToArray())];

    private static Vector3D Vector(JsonElement json) => new(json[0].GetDouble(), json[1].GetDouble(), json[2].GetDouble());
}
