namespace Migrate.Crystals.Matching;

/// <summary>Finds the one ion that hops between two configurations of the same composition.</summary>
internal static class HopFinder
{
    // Below it nothing has hopped; above it an ion has, and below it framework sites may relax. Published end points relax by up to 0.9 Å.
    private const double Still = 0.1, Hopped = 1.0;

    // Ways that differ by less, in Å, are equally long.
    private const double SameLength = 1e-3;

    // Without an ion that moves beyond Hopped, the one that moves farthest counts if the others stay behind this share of its way.
    private const double ShareOfOthers = 0.5;

    /// <summary>The site that the caller names.</summary>
    public static (int From, int To) Given(Structure initial, Structure final, int site)
    {
        if (initial.AtomicNumbers[site] != final.AtomicNumbers[site])
        {
            throw new InvalidInputException(
                $"site {site + 1} is {initial[site].Element} in the initial and {final[site].Element} in the final configuration");
        }

        var length = Distance(initial, final, site, site);
        return length >= Still ? (site, site) : throw new InvalidInputException($"site {site + 1} moves by {length:0.###} Å only; a hop is at least {Still} Å");
    }

    /// <summary>The site in the initial and in the final configuration.</summary>
    public static (int From, int To) Find(Structure initial, Structure final)
    {
        if (initial.AtomicNumbers.SequenceEqual(final.AtomicNumbers))
        {
            var byNumber = Enumerable.Range(0, initial.Count).Select(i => (From: i, To: i, Length: Distance(initial, final, i, i)));
            var farthest = Farthest(byNumber, out var movers);
            if (movers <= 1)
            {
                return Unambiguous(farthest);
            }
        }

        return Unambiguous(ByDistance(initial, final));
    }

    /// <summary>
    /// The shortest periodic image of a displacement. Where others are as short, by symmetry, it is the one whose components are all
    /// within ±½, as in the published bands: rounding in a file does not choose then.
    /// </summary>
    public static Vector3D ShortestImage(Lattice lattice, Vector3D fractional)
    {
        var (nearest, shortest) = (fractional - fractional.Map(Math.Round), lattice.ShortestImage(fractional));
        return lattice.ToCartesian(nearest).Length <= lattice.ToCartesian(shortest).Length + SameLength ? nearest : shortest;
    }

    private static (int From, int To) Unambiguous((int From, int To, double Length, double Second) farthest)
    {
        if (!(farthest.Length >= Still))
        {
            throw new InvalidInputException(
                $"initial and final configuration are the same: the ion that moves farthest moves by {farthest.Length:0.###} Å, a hop is at least {Still} Å");
        }

        if (farthest.Length <= Hopped && farthest.Second > ShareOfOthers * farthest.Length)
        {
            throw new InvalidInputException(
                $"no single ion hops: two move by {farthest.Length:0.##} and {farthest.Second:0.##} Å; one ion should move clearly farther than all others");
        }

        return (farthest.From, farthest.To);
    }

    private static (int From, int To, double Length, double Second) Farthest(IEnumerable<(int From, int To, double Length)> pairs, out int movers)
    {
        movers = 0;
        (int From, int To, double Length, double Second) best = (0, 0, -1, 0);
        foreach (var (from, to, length) in pairs)
        {
            movers += length > Hopped ? 1 : 0;
            best = length > best.Length ? (from, to, length, best.Length) : best with { Second = Math.Max(best.Second, length) };
        }

        return best;
    }

    // Closest pairs of a species first, up to Hopped; then one ion of one species may be left over on either side: it hopped.
    private static (int From, int To, double Length, double Second) ByDistance(Structure initial, Structure final)
    {
        var close = NearSites.Pairs(initial, final, Hopped);
        close.Sort((a, b) => (a.Length, a.From, a.To).CompareTo((b.Length, b.From, b.To)));
        var (partner, taken) = (new int[initial.Count], new bool[final.Count]);
        Array.Fill(partner, -1);
        var pairs = new List<(int From, int To, double Length)>();
        foreach (var pair in close)
        {
            if (partner[pair.From] < 0 && !taken[pair.To])
            {
                (partner[pair.From], taken[pair.To]) = (pair.To, true);
                pairs.Add(pair);
            }
        }

        if (pairs.Count < initial.Count - 1)
        {
            var first = Array.IndexOf(partner, -1);
            throw new InvalidInputException(
                $"{initial.Count - pairs.Count} ions move by more than {Hopped} Å (the first is {initial[first].Element}, site {first + 1}); a migration path moves one ion");
        }

        if (pairs.Count < initial.Count)
        {
            var (from, to) = (Array.IndexOf(partner, -1), Array.IndexOf(taken, false));
            pairs.Add((from, to, Distance(initial, final, from, to)));
        }

        return Farthest(pairs, out _);
    }

    private static double Distance(Structure initial, Structure final, int from, int to) =>
        initial.Lattice.ToCartesian(initial.Lattice.ShortestImage(final.Fractional[to] - initial.Fractional[from])).Length;
}
