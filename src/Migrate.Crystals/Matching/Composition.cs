namespace Migrate.Crystals.Matching;

/// <summary>How many sites of each element a structure has.</summary>
internal static class Composition
{
    /// <summary>[119] sites by atomic number.</summary>
    public static int[] Count(Structure structure)
    {
        var counts = new int[Element.Count + 1];
        foreach (var number in structure.AtomicNumbers)
        {
            counts[number]++;
        }

        return counts;
    }

    /// <summary>True if both have as many sites of every element.</summary>
    public static bool Same(Structure a, Structure b) => a.Count == b.Count && Count(a).AsSpan().SequenceEqual(Count(b));

    public static void RequireSame(Structure initial, Structure final)
    {
        var (before, after) = (Count(initial), Count(final));
        for (var number = 1; number <= Element.Count; number++)
        {
            if (before[number] != after[number])
            {
                throw new InvalidInputException(
                    $"initial and final configuration differ in composition: {before[number]} and {after[number]} sites of {Element.FromAtomicNumber(number)}");
            }
        }
    }
}
