using Migrate.Crystals.Matching;

namespace Migrate.Crystals;

/// <summary>The two ends of a migration path, each in its own lattice. The migrating ion is the first site of both.</summary>
/// <param name="Initial">Before the hop.</param>
/// <param name="Final">After the hop.</param>
public sealed record EndPoints(Structure Initial, Structure Final)
{
    // Sites of a framework that correspond are nearer than this, Å.
    private const double Near = 2;

    /// <summary>
    /// The same ends, the final one with its sites in the order of the initial one: the migrating ion first, every other site where the one of its
    /// element is that was nearest to it. Nothing changes where every site but the first is near the one of the same number already.
    /// </summary>
    /// <exception cref="InvalidInputException">A site has no partner of its element within 2 Å.</exception>
    public EndPoints WithCorrespondingSites()
    {
        if (Initial.Count == Final.Count && Enumerable.Range(1, Initial.Count - 1).All(i => Initial.AtomicNumbers[i] == Final.AtomicNumbers[i] && Distance(i, i) <= Near))
        {
            return this;
        }

        Composition.RequireSame(Initial, Final);
        var order = Enumerable.Repeat(-1, Initial.Count).ToArray();
        var taken = new bool[Initial.Count];
        (order[0], taken[0]) = (0, true);
        foreach (var (from, to, _) in NearSites.Pairs(Initial, Final, Near).Where(p => p.From > 0 && p.To > 0).OrderBy(p => p.Length))
        {
            if (order[from] < 0 && !taken[to])
            {
                (order[from], taken[to]) = (to, true);
            }
        }

        var lonely = Array.IndexOf(order, -1);
        if (lonely >= 0)
        {
            throw new InvalidInputException(
                $"site {lonely + 1} ({Initial[lonely].Element}) of the initial configuration has no partner within {Near} Å in the final one; only one ion may hop");
        }

        var (numbers, fractional) = (new byte[order.Length], new Vector3D[order.Length]);
        for (var i = 0; i < order.Length; i++)
        {
            (numbers[i], fractional[i]) = (Final.AtomicNumbers[order[i]], Final.Fractional[order[i]]);
        }

        return this with { Final = new Structure(Final.Lattice, numbers, fractional, Final.Name) };
    }

    private double Distance(int from, int to) =>
        Initial.Lattice.ToCartesian(Initial.Lattice.ShortestImage(Final.Fractional[to] - Initial.Fractional[from])).Length;
}
