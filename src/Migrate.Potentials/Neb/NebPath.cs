using Migrate.Crystals;

namespace Migrate.Potentials.Neb;

/// <summary>Two configurations of one cell that a band is stretched between.</summary>
public sealed record NebPath
{
    // Of the lattice vectors of both ends, Å.
    private const double LatticeTolerance = 1e-3;

    private NebPath(string name, Structure initial, Structure final) => (Name, Initial, Final) = (name, initial, final);

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>Before the hop.</summary>
    public Structure Initial { get; }

    /// <summary>After the hop, in the lattice of <see cref="Initial"/>.</summary>
    public Structure Final { get; }

    /// <summary>The same path under another name.</summary>
    public NebPath WithName(string name) => new(name, Initial, Final);

    /// <summary>The path of a band: its two ends, brought to the same order of sites.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="band">The band.</param>
    /// <param name="nearestImages">Whether sites of the final end are moved by lattice vectors to be nearest to their place in the initial one.</param>
    /// <exception cref="InvalidInputException">The ends do not correspond, or nothing moves.</exception>
    public static NebPath Create(string name, Band band, bool nearestImages = true)
    {
        ArgumentNullException.ThrowIfNull(band);
        var ends = band.ToEndPoints().WithCorrespondingSites();
        return Create(name, ends.Initial, ends.Final, nearestImages);
    }

    /// <summary>A path between two configurations whose sites correspond in their order.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="initial">Before the hop.</param>
    /// <param name="final">After the hop.</param>
    /// <param name="nearestImages">Whether sites of the final configuration are moved by lattice vectors to be nearest to their place in the initial one.</param>
    /// <exception cref="InvalidInputException">Numbers of sites, elements or lattices differ, or nothing moves.</exception>
    public static NebPath Create(string name, Structure initial, Structure final, bool nearestImages = true)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(final);
        if (initial.Count != final.Count)
        {
            throw new InvalidInputException($"{name}: {initial.Count} sites in the initial configuration, {final.Count} in the final one; both need the same");
        }

        for (var i = 0; i < initial.Count; i++)
        {
            if (initial.AtomicNumbers[i] != final.AtomicNumbers[i])
            {
                throw new InvalidInputException($"{name}: site {i + 1} is {initial[i].Element} before and {final[i].Element} after; both need the same order of sites");
            }
        }

        var (a, b) = (initial.Lattice, final.Lattice);
        var apart = Math.Max((a.A - b.A).Length, Math.Max((a.B - b.B).Length, (a.C - b.C).Length));
        if (apart > LatticeTolerance)
        {
            throw new InvalidInputException(FormattableString.Invariant($"{name}: lattice vectors of the two configurations differ by {apart:f3} Å; a band has one cell"));
        }

        var fractional = final.Fractional.ToArray();
        for (var i = 0; nearestImages && i < fractional.Length; i++)
        {
            fractional[i] = initial.Fractional[i] + a.ShortestImage(fractional[i] - initial.Fractional[i]);
        }

        var ends = new NebPath(name, initial, new Structure(a, initial.AtomicNumbers, fractional, final.Name));
        return Coordinates.Largest([.. Coordinates.Of(ends.Final).Zip(Coordinates.Of(initial), (x, y) => x - y)]) > 1e-3
            ? ends
            : throw new InvalidInputException($"{name}: the two configurations are the same; nothing hops");
    }
}
