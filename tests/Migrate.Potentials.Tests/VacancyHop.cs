using Migrate.Crystals;
using Migrate.Potentials.Neb;

namespace Migrate.Potentials.Tests;

/// <summary>An atom that hops into a neighbouring vacancy of solid argon: 2 × 2 × 2 cubic cells less one atom, Lennard-Jones.</summary>
internal static class VacancyHop
{
    private const double Side = 5.26;
    private const int Cells = 2;

    /// <summary>Argon, ε = 0.0104 eV, σ = 3.4 Å.</summary>
    public static LennardJones Argon() => new(0.0104, 3.4, 6.5);

    /// <summary>The hop to a place along one of the twelve directions to neighbours; atom 1 moves.</summary>
    /// <param name="name">Name of the path.</param>
    /// <param name="toX">±1 or 0: half cells from the vacancy to the atom.</param>
    /// <param name="toY">The same along y.</param>
    /// <param name="toZ">The same along z.</param>
    public static NebPath Path(string name = "hop", int toX = 1, int toY = 1, int toZ = 0) =>
        NebPath.Create(name, At(new Vector3D(toX, toY, toZ), 0), At(new Vector3D(toX, toY, toZ), 1));

    /// <summary>The configuration with the ion at a share of its way, the others at their sites.</summary>
    public static Structure At(Vector3D direction, double share)
    {
        var start = direction.Map(c => (c + (2 * Cells)) % (2 * Cells));
        List<Vector3D> sites = [direction * (1 - share)];
        for (var i = 0; i < 8 * Cells * Cells * Cells; i++)
        {
            var site = new Vector3D(i % (2 * Cells), i / (2 * Cells) % (2 * Cells), i / (4 * Cells * Cells));
            if ((site.X + site.Y + site.Z) % 2 == 0 && site != Vector3D.Zero && site != start)
            {
                sites.Add(site);
            }
        }

        var cell = Cells * Side;
        return new Structure(
            Lattice.FromParameters(cell, cell, cell, 90, 90, 90), [.. Enumerable.Repeat((byte)18, sites.Count)], [.. sites.Select(s => s * (0.5 / Cells))], "argon");
    }
}
