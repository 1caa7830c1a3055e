using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Migrate.Crystals;

/// <summary>A chemical element.</summary>
public sealed class Element
{
    /// <summary>Elements with a name: 1 (H) to 118 (Og).</summary>
    public const int Count = 118;

    private static readonly string[] Symbols =
        ("H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb "
        + "Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es "
        + "Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og").Split(' ');

    private static readonly Element[] All = [.. Symbols.Select((symbol, i) => new Element(i + 1, symbol))];

    // Deuterium and tritium are hydrogen: barriers and graphs do not know masses.
    private static readonly FrozenDictionary<string, Element> BySymbol =
        All.Select(element => KeyValuePair.Create(element.Symbol, element)).Append(new("D", All[0])).Append(new("T", All[0])).ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Element>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        BySymbol.GetAlternateLookup<ReadOnlySpan<char>>();

    private Element(int atomicNumber, string symbol) => (AtomicNumber, Symbol) = (atomicNumber, symbol);

    /// <summary>Number of protons, 1..118.</summary>
    public int AtomicNumber { get; }

    /// <summary>Chemical symbol, for example "Li".</summary>
    public string Symbol { get; }

    /// <summary>The element with an atomic number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 1..118.</exception>
    public static Element FromAtomicNumber(int atomicNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atomicNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(atomicNumber, Count);
        return All[atomicNumber - 1];
    }

    /// <summary>The element with a symbol, written exactly so ("Li", not "LI" or "li"); D and T are hydrogen.</summary>
    /// <param name="symbol">Symbol and nothing else.</param>
    /// <param name="element">The element, where the symbol is known.</param>
    public static bool TryParse(string? symbol, [NotNullWhen(true)] out Element? element)
    {
        element = null;
        return symbol is not null && BySymbol.TryGetValue(symbol, out element);
    }

    /// <summary>
    /// The element of a species or of a site label: a symbol that is followed by nothing or by anything but a letter, as in "Fe2+", "O2-",
    /// "Li1" or "Li_pv". A letter after the symbol makes it another word: "Ow" is no oxygen, "Fex" no iron.
    /// </summary>
    /// <param name="text">Species or label.</param>
    /// <param name="element">The element, where one is named.</param>
    public static bool TryParseSpecies(string? text, [NotNullWhen(true)] out Element? element)
    {
        element = null;
        var letters = text.AsSpan();
        var end = 0;
        while (end < letters.Length && char.IsLetter(letters[end]))
        {
            end++;
        }

        return BySpan.TryGetValue(letters[..end], out element);
    }

    /// <summary>Symbol.</summary>
    public override string ToString() => Symbol;
}
