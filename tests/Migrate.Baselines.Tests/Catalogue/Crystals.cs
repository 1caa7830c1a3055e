using Migrate.Crystals;

namespace Migrate.Baselines.Tests.Catalogue;

/// <summary>Three crystals, with lattice constants as in Wyckoff, Crystal Structures (1963).</summary>
internal static class Crystals
{
    public const double NaClEdge = 5.6402, CaF2Edge = 5.4626, SrTiO3Edge = 3.9051;

    private static readonly Vector3D[] FaceCentred = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];

    /// <summary>Rock salt: four Na, four Cl.</summary>
    public static Structure NaCl { get; } = Cubic(
        NaClEdge, [.. FaceCentred.Select(f => ("Na", f)), .. FaceCentred.Select(f => ("Cl", f + new Vector3D(0.5, 0.5, 0.5)))]);

    /// <summary>Fluorite: four Ca, eight F.</summary>
    public static Structure CaF2 { get; } = Cubic(
        CaF2Edge,
        [
            .. FaceCentred.Select(f => ("Ca", f)), .. FaceCentred.Select(f => ("F", f + new Vector3D(0.25, 0.25, 0.25))),
            .. FaceCentred.Select(f => ("F", f + new Vector3D(0.75, 0.75, 0.75))),
        ]);

    /// <summary>Perovskite: Sr, Ti, three O.</summary>
    public static Structure SrTiO3 { get; } = Cubic(
        SrTiO3Edge,
        [("Sr", new(0, 0, 0)), ("Ti", new(0.5, 0.5, 0.5)), ("O", new(0.5, 0.5, 0)), ("O", new(0.5, 0, 0.5)), ("O", new(0, 0.5, 0.5))]);

    private static Structure Cubic(double edge, (string Element, Vector3D Place)[] sites) => new(
        new Lattice(new(edge, 0, 0), new(0, edge, 0), new(0, 0, edge)),
        [.. sites.Select(s => Element.TryParse(s.Element, out var e) ? (byte)e.AtomicNumber : throw new ArgumentException(s.Element))],
        [.. sites.Select(s => s.Place)]);
}
