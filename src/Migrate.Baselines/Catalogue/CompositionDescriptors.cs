namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Descriptors of the formula: norms of the fractions, statistics of element properties over the atoms, valence orbitals, ionic character
/// (Ward, Agrawal, Choudhary and Wolverton, npj Comput. Mater. 2, 16028 (2016)).
/// </summary>
internal static class CompositionDescriptors
{
    private const string Magpie = "Ward et al., npj Comput. Mater. 2, 16028 (2016)";

    private static readonly int[] Norms = [0, 2, 3, 5, 7, 10];

    private static readonly string[] Statistics = ["minimum", "maximum", "range", "mean", "mean absolute deviation", "mode"];

    private static readonly (string Name, string Unit, Func<int, double> Of)[] Properties =
    [
        ("atomic number", "", z => z),
        ("atomic mass", "u", ElementTable.Mass),
        ("melting temperature", "K", ElementTable.Melting),
        ("group", "", z => ElementTable.Group(z)),
        ("period", "", z => ElementTable.Period(z)),
        ("covalent radius", "Å", z => ElementProperties.Of(z).CovalentRadius),
        ("electronegativity", "", z => ElementProperties.Of(z).Electronegativity),
        ("ionic radius", "Å", z => ElementProperties.Of(z).IonicRadius),
        ("common charge", "e", z => ElementProperties.Of(z).Charge),
        ("first ionization energy", "eV", ElementTable.Ionization),
        ("s valence electrons", "", z => ElementTable.Valence(z).S),
        ("p valence electrons", "", z => ElementTable.Valence(z).P),
        ("d valence electrons", "", z => ElementTable.Valence(z).D),
        ("f valence electrons", "", z => ElementTable.Valence(z).F),
        ("valence electrons", "", z => Sum(ElementTable.Valence(z))),
        ("unfilled s places", "", z => ElementTable.Unfilled(z).S),
        ("unfilled p places", "", z => ElementTable.Unfilled(z).P),
        ("unfilled d places", "", z => ElementTable.Unfilled(z).D),
        ("unfilled f places", "", z => ElementTable.Unfilled(z).F),
        ("unfilled places", "", z => Sum(ElementTable.Unfilled(z))),
    ];

    public static IReadOnlyList<Descriptor> All { get; } =
    [
        .. Norms.Select(p => new Descriptor(
            $"stoichiometry: {p}-norm", "", p == 0 ? "number of elements" : $"(sum of the element fractions to the power {p}) to the power 1/{p}", Magpie, DescriptorFamily.Composition)),
        .. Properties.SelectMany(property => Statistics.Select(statistic => new Descriptor(
            $"{property.Name}: {statistic}", property.Unit, $"{statistic} of the {property.Name} of the elements, weighted by their fractions where that matters", Magpie, DescriptorFamily.Composition))),
        .. "spdf".Select(shell => new Descriptor(
            $"{shell} share of valence electrons", "", $"mean {shell} valence electrons over mean valence electrons", "Meredig et al., Phys. Rev. B 89, 094104 (2014)", DescriptorFamily.Composition)),
        new("ionic character: largest", "", "largest 1 - exp(-(difference of electronegativities)² / 4) of two elements", Magpie, DescriptorFamily.Composition),
        new("ionic character: mean", "", "sum over pairs of elements of the product of their fractions and their ionic character", Magpie, DescriptorFamily.Composition),
        new("charges balance", "", "1 where the common charges of the elements add up to nothing", Magpie, DescriptorFamily.Composition) { IsCategory = true },
    ];

    public static IEnumerable<double> Compute(StructureAnalysis analysis)
    {
        var elements = analysis.Structure.AtomicNumbers.ToArray().CountBy(z => (int)z).OrderBy(e => e.Key)
            .Select(e => (Number: e.Key, Fraction: (double)e.Value / analysis.Structure.Count)).ToList();
        var (largest, mean) = (0.0, 0.0);
        for (var i = 0; i < elements.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var difference = Chi(elements[i].Number) - Chi(elements[j].Number);
                var character = 1 - Math.Exp(-0.25 * difference * difference);
                largest = Math.Max(largest, character);
                mean += elements[i].Fraction * elements[j].Fraction * character;
            }
        }

        double Mean(Func<int, double> of) => elements.Sum(e => e.Fraction * of(e.Number));
        var electrons = Mean(z => Sum(ElementTable.Valence(z)));
        return
        [
            .. Norms.Select(p => p == 0 ? elements.Count : Math.Pow(elements.Sum(e => Math.Pow(e.Fraction, p)), 1.0 / p)),
            .. Properties.SelectMany(p => Summarize(elements, p.Of)),
            Mean(z => ElementTable.Valence(z).S) / electrons,
            Mean(z => ElementTable.Valence(z).P) / electrons,
            Mean(z => ElementTable.Valence(z).D) / electrons,
            Mean(z => ElementTable.Valence(z).F) / electrons,
            largest,
            mean,
            Math.Abs(Mean(z => ElementProperties.Of(z).Charge)) < 1e-9 ? 1 : 0,
        ];
    }

    private static IEnumerable<double> Summarize(List<(int Number, double Fraction)> elements, Func<int, double> of)
    {
        double[] values = [.. elements.Select(e => of(e.Number))];
        var (low, high, most) = (values.Min(), values.Max(), elements.Max(e => e.Fraction));
        var mean = elements.Select((e, k) => e.Fraction * values[k]).Sum();
        // Of equally frequent elements the smallest value counts, as in matminer; their order does not matter.
        var mode = values.Where((_, k) => elements[k].Fraction > most - 1e-9).Min();
        return [low, high, high - low, mean, elements.Select((e, k) => e.Fraction * Math.Abs(values[k] - mean)).Sum(), mode];
    }

    private static double Chi(int z) => ElementProperties.Of(z).Electronegativity;

    private static int Sum((int S, int P, int D, int F) shells) => shells.S + shells.P + shells.D + shells.F;
}
