namespace Migrate.Baselines.Catalogue;

/// <summary>Descriptors of electrostatics and bond valence, by guessed charges.</summary>
internal static class InteractionDescriptors
{
    private const DescriptorFamily Family = DescriptorFamily.Interaction;

    private const string Ewald = "Ewald, Ann. Phys. 369, 253 (1921)", Valence = "Brown, Chem. Rev. 109, 6858 (2009)",
        Instability = "Salinas-Sanchez et al., J. Solid State Chem. 100, 201 (1992)";

    public static IReadOnlyList<Descriptor> All { get; } =
    [
        new("Ewald energy per atom", "eV", "electrostatic energy of the guessed charges over the atoms", Ewald, Family),
        new("site potential of cations: mean", "V", "mean electrostatic potential at the cations", Ewald, Family),
        new("site potential of cations: standard deviation", "V", "its standard deviation", Ewald, Family),
        new("site potential of anions: mean", "V", "mean electrostatic potential at the anions", Ewald, Family),
        new("site potential of anions: standard deviation", "V", "its standard deviation", Ewald, Family),
        new("largest guessed charge", "e", "largest charge of a cation", "Ward et al., Comput. Mater. Sci. 152, 60 (2018)", Family),
        new("mean charge of cations", "e", "mean guessed charge of the cations", "Ward et al., Comput. Mater. Sci. 152, 60 (2018)", Family),
        new("bond-valence sum over charge: mean", "", "mean over the ions of bond-valence sum over charge", Valence, Family),
        new("global instability index", "e", "root mean square difference of bond-valence sum and charge", Instability, Family),
        new("largest bond-valence mismatch", "e", "largest difference of bond-valence sum and charge", Instability, Family),
    ];

    public static IEnumerable<double> Compute(StructureAnalysis analysis)
    {
        var (charges, potentials, valences) = (analysis.Charges, analysis.Potentials, analysis.Valences);
        int[] ions = [.. Enumerable.Range(0, charges.Length).Where(i => charges[i] != 0)];
        int[] cations = [.. ions.Where(i => charges[i] > 0)];
        double[] mismatch = [.. ions.Select(i => valences[i] - Math.Abs(charges[i]))];
        return
        [
            charges.Zip(potentials, (q, v) => q * v).Sum() / 2 / charges.Length,
            .. Moments([.. cations.Select(i => potentials[i])]),
            .. Moments([.. ions.Except(cations).Select(i => potentials[i])]),
            cations.Length == 0 ? 0 : cations.Max(i => charges[i]),
            cations.Length == 0 ? 0 : cations.Average(i => charges[i]),
            ions.Length == 0 ? 0 : ions.Average(i => valences[i] / Math.Abs(charges[i])),
            mismatch.Length == 0 ? 0 : Math.Sqrt(mismatch.Average(d => d * d)),
            mismatch.Length == 0 ? 0 : mismatch.Max(Math.Abs),
        ];
    }

    private static double[] Moments(double[] values)
    {
        var mean = values.Length == 0 ? 0 : values.Average();
        return [mean, values.Length == 0 ? 0 : Math.Sqrt(values.Average(v => (v - mean) * (v - mean)))];
    }
}
