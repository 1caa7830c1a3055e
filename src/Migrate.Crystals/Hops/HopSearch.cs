namespace Migrate.Crystals.Hops;

/// <summary>A hop that was found in a crystal.</summary>
/// <param name="Path">The path, in a supercell; the migrating ion is its first site.</param>
/// <param name="Length">Length of the hop, Å.</param>
/// <param name="Clearance">Distance from the straight line to the nearest other site, Å; infinite where there is none within reach.</param>
/// <param name="Multiplicity">Hops of the given cell that are the same by symmetry, both directions counted once.</param>
public sealed record FoundHop(MigrationPath Path, double Length, double Clearance, int Multiplicity);

/// <summary>Finds the hops of an ion between the sites of its kind in a crystal, each different one once.</summary>
public static class HopSearch
{
    /// <summary>Finds hops.</summary>
    /// <param name="structure">The crystal, its mobile sites all filled.</param>
    /// <param name="ion">The ion.</param>
    /// <param name="options">Which hops count.</param>
    /// <returns>Shortest first; empty where no hop is short and clear enough. Names are those of the structure, the ion and a number.</returns>
    /// <exception cref="InvalidInputException">The ion is not in the crystal, or the supercell has too many sites.</exception>
    public static IReadOnlyList<FoundHop> Find(Structure structure, Element ion, HopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(ion);
        options ??= new HopOptions();
        options.Validate();
        var mobile = Enumerable.Range(0, structure.Count).Where(i => structure.AtomicNumbers[i] == ion.AtomicNumber).ToList();
        if (mobile.Count == 0)
        {
            throw new InvalidInputException($"{structure.Name}: no {ion} in this structure; its elements are {Elements(structure)}");
        }

        var supercell = Supercell.Create(structure, options.MinWidth);
        if (supercell.Count > options.MaxSites)
        {
            throw new InvalidInputException(FormattableString.Invariant(
                $"{structure.Name}: a supercell {options.MinWidth} Å wide has {supercell.Count} sites, at most {options.MaxSites} are allowed"));
        }

        var found = Distinct(structure, mobile, supercell, options);
        var kept = options.Limit == 0 ? found : found.Take(options.Limit);
        return [.. kept.Select((hop, k) => new FoundHop(
            supercell.Path(hop.Hop, options.Dilute, $"{structure.Name}-{ion}-{k + 1}"), hop.Hop.Length, hop.Surroundings.Clearance, hop.Count))];
    }

    private static List<(Hop Hop, HopSurroundings Surroundings, int Count)> Distinct(Structure structure, List<int> mobile, Supercell supercell, HopOptions options)
    {
        var found = new List<(Hop Hop, HopSurroundings Surroundings, int Count)>();
        foreach (var hop in Hops(structure, mobile, options.MaxLength).Where(supercell.Holds).OrderBy(h => Math.Round(h.Length, 3)).ThenBy(h => h.From).ThenBy(h => h.To))
        {
            var surroundings = new HopSurroundings(structure, hop, options.Dilute);
            if (surroundings.Clearance < options.Clearance)
            {
                continue;
            }

            var same = found.FindIndex(f => f.Surroundings.IsSameAs(surroundings));
            if (same < 0)
            {
                found.Add((hop, surroundings, 1));
            }
            else
            {
                found[same] = found[same] with { Count = found[same].Count + 1 };
            }
        }

        return found;
    }

    // Every pair of sites within reach, one direction of each.
    private static IEnumerable<Hop> Hops(Structure structure, List<int> mobile, double maxLength)
    {
        foreach (var from in mobile)
        {
            foreach (var to in mobile.Where(j => j >= from))
            {
                foreach (var (shift, length) in PeriodicImages.Within(structure.Lattice, structure.Fractional[to] - structure.Fractional[from], maxLength))
                {
                    if (length > 0.5 && (from < to || IsFirstOfPair(shift)))
                    {
                        yield return new Hop(from, to, shift, length);
                    }
                }
            }
        }
    }

    // Of a translation and its opposite.
    private static bool IsFirstOfPair((int X, int Y, int Z) shift) => shift.CompareTo((0, 0, 0)) > 0;

    private static string Elements(Structure structure) =>
        string.Join(' ', structure.AtomicNumbers.ToArray().Distinct().Order().Select(z => Element.FromAtomicNumber(z).Symbol));
}
