using Migrate.Baselines.Catalogue;
using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>
/// Quantities at nine points along the straight line between the end sites, and how each of them runs: its mean over the two ends, their
/// difference, the middle, the extremes, the mean, and how far the extremes lie from the ends.
/// </summary>
internal static class PathProfiles
{
    private const int Points = 9;

    // Distances below it (coincident sites of disordered data) and above it tell nothing more, Å.
    private const double Shortest = 0.5, Longest = 7;

    // Softness of the bond valence (Brown and Altermatt 1985) and of the repulsion (Pauling), Å; screening of charges, Å.
    private const double Valence = 0.37, Softness = 0.3, Screening = 2.0, Coulomb = 14.3996;

    private static readonly string[] Quantities =
    [
        "nearest anion / Å", "three nearest anions / Å", "six nearest anions / Å", "clearance of anions / Å", "nearest cation / Å",
        "three nearest cations / Å", "nearest ion of its kind / Å", "bond valence / e", "repulsion of anions", "energy of anions / eV",
        "energy of cations / eV", "energy of its kind / eV", "energy / eV", "coordination number", "clearance of cations / Å",
    ];

    private static readonly string[] Runs =
        ["mean of ends", "difference of ends", "middle", "minimum", "maximum", "mean", "maximum above ends", "minimum below ends"];

    public static IReadOnlyList<string> Names { get; } = [.. Quantities.SelectMany(q => Runs.Select(run => $"{q}: {run}"))];

    // As the quantities and the runs above.
    private static readonly (string Meaning, string Source)[] QuantityTexts =
    [
        ("distance to the nearest anion", Brown), ("mean distance to the three nearest anions", Brown), ("mean distance to the six nearest anions", Brown),
        ("smallest distance to an anion less the sum of the ionic radii", Shannon), ("distance to the nearest cation", Brown),
        ("mean distance to the three nearest cations", Brown), ("distance to the nearest ion of the migrating element", Brown),
        ("sum of exp((radii - distance) / 0.37 Å) over the anions", Brown), ("logarithm of 1 + the sum of exp((radii - distance) / 0.3 Å) over the anions", Pauling),
        ("screened Coulomb energy with the anions", Debye), ("screened Coulomb energy with the cations", Debye),
        ("screened Coulomb energy with the ions of the migrating element", Debye), ("screened Coulomb energy with all ions", Debye),
        ("smooth count of anions within 1.25 times the sum of the ionic radii", Brown),
        ("smallest distance to a cation less the sum of the ionic radii", Shannon),
    ];

    private static readonly string[] RunTexts =
    [
        "mean of the two ends", "difference of the two ends", "in the middle", "smallest along the line", "largest along the line", "mean along the line",
        "largest along the line above the mean of the ends", "mean of the ends above the smallest along the line",
    ];

    private const string Brown = "Brown and Altermatt, Acta Cryst. B41, 244 (1985)", Shannon = "Shannon, Acta Cryst. A32, 751 (1976)",
        Pauling = "Pauling, J. Am. Chem. Soc. 69, 542 (1947)", Debye = "Debye and Hückel, Phys. Z. 24, 185 (1923)";

    /// <summary>Entries of the catalogue, in the order of the names.</summary>
    public static IReadOnlyList<Descriptor> All { get; } =
        [.. Names.Select((name, k) => PathDescriptorTexts.Entry(
            name, $"{QuantityTexts[k / Runs.Length].Meaning}, {RunTexts[k % Runs.Length]}", QuantityTexts[k / Runs.Length].Source))];

    public static IEnumerable<double> Compute(Element mobile, PathLine line)
    {
        var ion = ElementProperties.Of(mobile.AtomicNumber);
        var profile = new double[Quantities.Length][];
        for (var q = 0; q < profile.Length; q++)
        {
            profile[q] = new double[Points];
        }

        for (var p = 0; p < Points; p++)
        {
            var values = At(line.From + ((double)p / (Points - 1) * line.Way), ion, line.Near);
            for (var q = 0; q < profile.Length; q++)
            {
                profile[q][p] = values[q];
            }
        }

        return profile.SelectMany(Summarize);
    }

    private static double[] At(Vector3D point, ElementProperties ion, List<NearAtom> near)
    {
        var (anions, cations, same) = (new List<double>(), new List<double>(), new List<double>());
        var (clearance, cationClearance) = (Longest, Longest);
        var (valence, repulsion, anionEnergy, cationEnergy, sameEnergy, coordination) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var atom in near)
        {
            var distance = Math.Clamp((atom.Position - point).Length, Shortest, Longest);
            if (distance >= Longest)
            {
                continue;
            }

            var sum = ion.IonicRadius + atom.Properties.IonicRadius;
            // Fades out at the edge, so that no atom comes or goes with a jump.
            var fade = Fade(distance);
            var charge = atom.Role == SiteRole.Cation ? atom.Properties.CationCharge : atom.Properties.Charge;
            var energy = Coulomb * ion.Charge * charge * Math.Exp(-distance / Screening) / distance * fade;
            switch (atom.Role)
            {
                case SiteRole.Anion:
                    anions.Add(distance);
                    clearance = Math.Min(clearance, distance - sum);
                    valence += Math.Exp((sum - distance) / Valence);
                    repulsion += Math.Exp((sum - distance) / Softness);
                    anionEnergy += energy;
                    coordination += 1 / (1 + Math.Exp((distance - (1.25 * sum)) / 0.15));
                    break;
                case SiteRole.Cation:
                    cations.Add(distance);
                    cationClearance = Math.Min(cationClearance, distance - sum);
                    cationEnergy += energy;
                    break;
                default:
                    same.Add(distance);
                    sameEnergy += energy;
                    break;
            }
        }

        repulsion = Math.Log(1 + repulsion);
        return
        [
            Nearest(anions, 1), Nearest(anions, 3), Nearest(anions, 6), clearance, Nearest(cations, 1), Nearest(cations, 3), Nearest(same, 1),
            Math.Min(valence, 20), repulsion, anionEnergy, cationEnergy, sameEnergy, anionEnergy + cationEnergy + sameEnergy, coordination,
            cationClearance,
        ];
    }

    private static double Fade(double distance) => 0.5 * (1 + Math.Cos(Math.PI * distance / Longest));

    private static double Nearest(List<double> distances, int count)
    {
        distances.Sort();
        var sum = 0.0;
        for (var k = 0; k < count; k++)
        {
            sum += k < distances.Count ? distances[k] : Longest;
        }

        return sum / count;
    }

    private static IEnumerable<double> Summarize(double[] run)
    {
        var (first, last) = (run[0], run[^1]);
        var (ends, low, high) = ((first + last) / 2, run.Min(), run.Max());
        return [ends, Math.Abs(first - last), run[run.Length / 2], low, high, run.Average(), high - ends, ends - low];
    }
}
