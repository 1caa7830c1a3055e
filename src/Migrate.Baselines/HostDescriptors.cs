using Migrate.Baselines.Catalogue;
using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>What the ion hops in, and which ion it is.</summary>
internal static class HostDescriptors
{
    private static readonly int[] Flagged = [8, 9, 16, 34, 15, 14, 5];

    public static IReadOnlyList<string> Names { get; } =
    [
        "hop / Å", "ion: charge / e", "ion: ionic radius / Å", "ion: electronegativity", "ion: atomic number", "sites",
        "volume per site / Å³", "volume per anion / Å³", "packing of ions", "ions of its kind per anion", "single ion",
        "anions: mean electronegativity", "anions: mean ionic radius / Å", "anions: mean charge / e",
        "cations: mean electronegativity", "cations: mean ionic radius / Å", "cations: mean charge / e", "cations: largest charge / e",
        "cations per anion", "transition metals: share of cations", "transition metals: charge that balances / e",
        "transition metals: mean group", "transition metals: mean period", "electronegativity difference", "smallest height of the cell / Å",
        "hop over smallest height", "elements", .. Flagged.Select(z => $"share of {Element.FromAtomicNumber(z)}"),
    ];

    // As the names above, without the shares of elements.
    private static readonly string[] Meanings =
    [
        "length of the straight line between the end sites", "commonest charge of the ion", "its ionic radius, six-fold coordinated", "its electronegativity",
        "its atomic number", "atoms of the cell, the ion included", "volume of the cell over its atoms", "volume of the cell over its anions",
        "volume of spheres of the ionic radii over that of the cell", "ions of the migrating element over the anions",
        "1 where the ion is the only one of its element", "mean electronegativity of the anions", "mean ionic radius of the anions", "mean charge of the anions",
        "mean electronegativity of the other cations", "mean ionic radius of the other cations", "mean charge of the other cations",
        "largest charge of the other cations", "other cations over anions", "transition metals over other cations",
        "charge that the transition metals need to balance the cell", "mean group of the transition metals", "mean period of the transition metals",
        "mean electronegativity of the anions less that of the other cations", "smallest distance of opposite faces of the cell",
        "length of the line over that height", "elements of the framework",
    ];

    private const string Source = "Shannon, Acta Cryst. A32, 751 (1976); Ward et al., npj Comput. Mater. 2, 16028 (2016)";

    /// <summary>Entries of the catalogue, in the order of the names.</summary>
    public static IReadOnlyList<Descriptor> All { get; } = [.. Names.Select((name, k) => PathDescriptorTexts.Entry(
        name, k < Meanings.Length ? Meanings[k] : $"{name[9..]} atoms of the framework over the atoms of the cell", Source))];

    public static IEnumerable<double> Compute(Band band, SiteRole[] roles)
    {
        var structure = band.Structure;
        var ion = ElementProperties.Of(band.MobileIon.AtomicNumber);
        var framework = new List<(int Number, SiteRole Role, ElementProperties Properties)>();
        for (var i = 0; i < roles.Length; i++)
        {
            var number = structure.AtomicNumbers[band.ImageCount + i];
            framework.Add((number, roles[i], ElementProperties.Of(number)));
        }

        var anions = framework.Where(a => a.Role == SiteRole.Anion).ToList();
        var cations = framework.Where(a => a.Role == SiteRole.Cation).ToList();
        var metals = cations.Where(a => IsTransitionMetal(a.Number)).ToList();
        // The images are one ion.
        var (sites, same) = (roles.Length + 1, framework.Count(a => a.Role == SiteRole.SameIon) + 1);
        var volume = structure.Lattice.Volume;
        var heights = structure.Lattice.Heights;
        var height = Math.Min(heights.X, Math.Min(heights.Y, heights.Z));
        var balance = -(anions.Sum(a => a.Properties.Charge) + (same * ion.Charge)
            + cations.Where(a => !IsTransitionMetal(a.Number)).Sum(a => a.Properties.CationCharge));
        var filled = framework.Sum(a => Sphere(a.Properties.IonicRadius)) + Sphere(ion.IonicRadius);
        return
        [
            band.HopLength, ion.Charge, ion.IonicRadius, ion.Electronegativity, band.MobileIon.AtomicNumber, sites,
            volume / sites, volume / Math.Max(1, anions.Count), filled / volume, (double)same / Math.Max(1, anions.Count), same == 1 ? 1 : 0,
            Mean(anions, p => p.Electronegativity), Mean(anions, p => p.IonicRadius), Mean(anions, p => p.Charge),
            Mean(cations, p => p.Electronegativity), Mean(cations, p => p.IonicRadius), Mean(cations, p => p.CationCharge),
            cations.Count == 0 ? 0 : cations.Max(a => a.Properties.CationCharge),
            (double)cations.Count / Math.Max(1, anions.Count), (double)metals.Count / Math.Max(1, cations.Count),
            metals.Count == 0 ? 0 : Math.Clamp((double)balance / metals.Count, -2, 8),
            metals.Count == 0 ? 0 : metals.Average(a => Group(a.Number)), metals.Count == 0 ? 0 : metals.Average(a => Period(a.Number)),
            Mean(anions, p => p.Electronegativity) - Mean(cations, p => p.Electronegativity), height, band.HopLength / height,
            framework.Select(a => a.Number).Distinct().Count(), .. Flagged.Select(z => (double)framework.Count(a => a.Number == z) / sites),
        ];
    }

    private static double Mean(List<(int Number, SiteRole Role, ElementProperties Properties)> atoms, Func<ElementProperties, double> of) =>
        atoms.Count == 0 ? 0 : atoms.Average(a => of(a.Properties));

    private static double Sphere(double radius) => 4.0 / 3 * Math.PI * radius * radius * radius;

    private static bool IsTransitionMetal(int z) => z is (>= 21 and <= 30) or (>= 39 and <= 48) or (>= 72 and <= 80);

    private static int Group(int z) => z <= 30 ? z - 18 : z <= 48 ? z - 36 : z - 68;

    private static int Period(int z) => z <= 30 ? 4 : z <= 48 ? 5 : 6;
}
