using Migrate.Crystals.Matching;

namespace Migrate.Crystals;

/// <summary>One ion that hops in a crystal, from an initial to a final configuration.</summary>
public sealed class MigrationPath
{
    private MigrationPath(Structure initial, Structure final, (int From, int To) site, Vector3D hop) =>
        (Initial, Final, MigratingSite, FinalSite, Hop) = (initial, final, site.From, site.To, hop);

    /// <summary>Name: that of the initial configuration.</summary>
    public string Name => Initial.Name;

    /// <summary>Before the hop.</summary>
    public Structure Initial { get; }

    /// <summary>After the hop.</summary>
    public Structure Final { get; }

    /// <summary>The ion that hops: its site in <see cref="Initial"/>, from 0.</summary>
    public int MigratingSite { get; }

    /// <summary>The same ion's site in <see cref="Final"/>, from 0.</summary>
    public int FinalSite { get; }

    /// <summary>
    /// Way of the ion in fractional coordinates of the initial lattice: the shortest periodic image, and among equally short ones the
    /// one with all components within ±½.
    /// </summary>
    public Vector3D Hop { get; }

    /// <summary>Length of the way, Å, in the initial lattice.</summary>
    public double HopLength => Initial.Lattice.ToCartesian(Hop).Length;

    /// <summary>
    /// Finds the hop between two configurations. Sites are matched by number; where then several ions move, as when two vacancies were
    /// made by deleting different lines of a file, sites of the same species are matched by distance. The framework may relax, and the
    /// lattices may differ: displacements are differences of fractional coordinates, measured in the initial lattice.
    /// </summary>
    /// <param name="initial">Before the hop.</param>
    /// <param name="final">After the hop.</param>
    /// <param name="migratingSite">The ion, as a site from 0 in both, where it is known; it must then have the same number in both.</param>
    /// <exception cref="InvalidInputException">Different composition, nothing moves, or more than one ion does.</exception>
    public static MigrationPath FromEndpoints(Structure initial, Structure final, int? migratingSite = null)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(final);
        if (migratingSite is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given, nameof(migratingSite));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(given, initial.Count, nameof(migratingSite));
        }

        Composition.RequireSame(initial, final);
        var (from, to) = migratingSite is { } site ? HopFinder.Given(initial, final, site) : HopFinder.Find(initial, final);
        var hop = HopFinder.ShortestImage(initial.Lattice, final.Fractional[to] - initial.Fractional[from]);
        return new MigrationPath(initial, final, (from, to), hop);
    }

    /// <summary>
    /// The band between the end points: images on the straight line, evenly spaced, then the other sites of the initial configuration
    /// in their order, in its lattice. This is how the published bands were made. The end points stay with it.
    /// </summary>
    /// <param name="imageCount">Images, both ends included, at least 2.</param>
    public Band ToBand(int imageCount = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageCount, 2);
        var count = Initial.Count - 1 + imageCount;
        var (numbers, fractional) = (new byte[count], new Vector3D[count]);
        for (var k = 0; k < imageCount; k++)
        {
            numbers[k] = Initial.AtomicNumbers[MigratingSite];
            fractional[k] = Initial.Fractional[MigratingSite] + (Hop * ((double)k / (imageCount - 1)));
        }

        for (var (i, k) = (0, imageCount); i < Initial.Count; i++)
        {
            if (i != MigratingSite)
            {
                (numbers[k], fractional[k]) = (Initial.AtomicNumbers[i], Initial.Fractional[i]);
                k++;
            }
        }

        var structure = new Structure(Initial.Lattice, numbers, fractional, Name);
        return Band.FromStructure(structure, imageCount) with
        {
            EndPoints = new EndPoints(IonFirst(Initial, MigratingSite), IonFirst(Final, FinalSite)),
        };
    }

    private static Structure IonFirst(Structure structure, int site)
    {
        var numbers = structure.AtomicNumbers;
        var fractional = structure.Fractional;
        return new Structure(
            structure.Lattice,
            [numbers[site], .. numbers[..site], .. numbers[(site + 1)..]],
            [fractional[site], .. fractional[..site], .. fractional[(site + 1)..]],
            structure.Name);
    }
}
