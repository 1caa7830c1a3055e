namespace Migrate.Crystals;

/// <summary>One atom of a structure.</summary>
/// <param name="Element">What it is.</param>
/// <param name="Fractional">Fractional coordinates, as given: not wrapped into [0, 1).</param>
public readonly record struct Site(Element Element, Vector3D Fractional);

/// <summary>
/// A periodic crystal: a lattice and its sites, in the order of the source. Immutable. Coordinates are kept as they were read,
/// outside [0, 1) too, because bands and published graphs depend on it.
/// </summary>
public sealed class Structure
{
    private readonly byte[] _atomicNumbers;
    private readonly Vector3D[] _fractional;

    /// <summary>A structure from parallel lists; the lists are copied.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="atomicNumbers">[n_atoms] atomic numbers, 1..118.</param>
    /// <param name="fractional">[n_atoms] fractional coordinates.</param>
    /// <param name="name">What to call it in tables and messages.</param>
    /// <exception cref="ArgumentException">No sites, lists of unequal length, an atomic number out of range, or a coordinate that is not finite.</exception>
    public Structure(Lattice lattice, ReadOnlySpan<byte> atomicNumbers, ReadOnlySpan<Vector3D> fractional, string name = "")
    {
        ArgumentNullException.ThrowIfNull(lattice);
        ArgumentNullException.ThrowIfNull(name);
        if (atomicNumbers.Length == 0)
        {
            throw new ArgumentException("a structure needs at least one site");
        }

        if (atomicNumbers.Length != fractional.Length)
        {
            throw new ArgumentException($"{atomicNumbers.Length} elements but {fractional.Length} coordinates");
        }

        for (var i = 0; i < atomicNumbers.Length; i++)
        {
            if (atomicNumbers[i] is < 1 or > Element.Count)
            {
                throw new ArgumentException($"site {i + 1}: atomic number {atomicNumbers[i]} is not in 1..{Element.Count}");
            }

            if (!fractional[i].IsFinite)
            {
                throw new ArgumentException($"site {i + 1}: coordinates {fractional[i]} are not finite");
            }
        }

        Lattice = lattice;
        Name = name;
        _atomicNumbers = atomicNumbers.ToArray();
        _fractional = fractional.ToArray();
    }

    /// <summary>The lattice.</summary>
    public Lattice Lattice { get; }

    /// <summary>What to call it in tables and messages; may be empty.</summary>
    public string Name { get; }

    /// <summary>Number of sites.</summary>
    public int Count => _atomicNumbers.Length;

    /// <summary>[n_atoms] atomic numbers in site order.</summary>
    public ReadOnlySpan<byte> AtomicNumbers => _atomicNumbers;

    /// <summary>[n_atoms] fractional coordinates in site order, not wrapped.</summary>
    public ReadOnlySpan<Vector3D> Fractional => _fractional;

    /// <summary>Site by number, from 0.</summary>
    public Site this[int index] => new(Element.FromAtomicNumber(_atomicNumbers[index]), _fractional[index]);

    /// <summary>The same structure under another name; arrays are shared.</summary>
    public Structure WithName(string name) => new(Lattice, _atomicNumbers, _fractional, name);
}
