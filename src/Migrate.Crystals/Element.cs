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

    /// <summary>Symbol.</summary>
    public override string ToString() => Symbol;
}
