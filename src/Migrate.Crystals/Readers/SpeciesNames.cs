namespace Migrate.Crystals.Readers;

/// <summary>Species as structure files write them.</summary>
internal static class SpeciesNames
{
    private static readonly Dictionary<string, Element> BySymbol =
        Enumerable.Range(1, Element.Count).Select(Element.FromAtomicNumber).ToDictionary(element => element.Symbol);

    /// <summary>
    /// The element of "Li", or of a pseudopotential: "Li_pv", "O_s", "Li/52f8" (VASP 6 appends a hash of the POTCAR).
    /// </summary>
    public static bool TryParse(string name, out Element element)
    {
        var end = name.AsSpan().IndexOfAny('/', '_', '.');
        return BySymbol.TryGetValue(end > 0 ? name[..end] : name, out element!);
    }
}
