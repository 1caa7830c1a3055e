namespace Migrate.Crystals.Hops;

/// <summary>A crystal repeated along its lattice vectors, wide enough for a path.</summary>
internal sealed class Supercell
{
    // A path that is as long as another image of itself is ambiguous, Å.
    private const double Ambiguous = 1e-3;

    private readonly Structure _structure;
    private readonly (int X, int Y, int Z) _repeats;
    private readonly Lattice _lattice;

    private Supercell(Structure structure, (int X, int Y, int Z) repeats)
    {
        (_structure, _repeats) = (structure, repeats);
        _lattice = new Lattice(structure.Lattice.A * repeats.X, structure.Lattice.B * repeats.Y, structure.Lattice.C * repeats.Z);
    }

    /// <summary>Sites of the filled supercell.</summary>
    public long Count => (long)_structure.Count * _repeats.X * _repeats.Y * _repeats.Z;

    /// <summary>The smallest one whose opposite faces are at least so far apart, Å.</summary>
    public static Supercell Create(Structure structure, double width)
    {
        var heights = structure.Lattice.Heights;
        int Repeats(double height) => Math.Max(1, (int)Math.Ceiling((width / height) - 1e-6));
        return new Supercell(structure, (Repeats(heights.X), Repeats(heights.Y), Repeats(heights.Z)));
    }

    /// <summary>Whether both ends of a hop are sites of their own in the supercell, and no other image of the hop is as short.</summary>
    public bool Holds(Hop hop)
    {
        var way = Scaled(_structure.Fractional[hop.To] - _structure.Fractional[hop.From] + hop.ShiftVector);
        return PeriodicImages.Within(_lattice, way, hop.Length + Ambiguous).Count() == 1;
    }

    /// <summary>The path of a hop: the ion first, then every other site; the site that it hops to is vacant at first.</summary>
    public MigrationPath Path(Hop hop, bool dilute, string name)
    {
        var ion = _structure.AtomicNumbers[hop.From];
        var (start, end) = (Scaled(_structure.Fractional[hop.From]), Scaled(_structure.Fractional[hop.To] + hop.ShiftVector));
        var (numbers, fractional) = (new List<byte> { ion }, new List<Vector3D> { start });
        for (var i = 0; i < _structure.Count; i++)
        {
            foreach (var place in Places(i).Where(p => !(dilute && _structure.AtomicNumbers[i] == ion) && !IsSame(p, start) && !IsSame(p, end)))
            {
                numbers.Add(_structure.AtomicNumbers[i]);
                fractional.Add(place);
            }
        }

        Structure With(Vector3D place) => new(_lattice, numbers.ToArray(), [place, .. fractional.Skip(1)], name);
        return MigrationPath.FromEndpoints(With(start), With(end), migratingSite: 0);
    }

    private IEnumerable<Vector3D> Places(int site)
    {
        for (var i = 0; i < _repeats.X; i++)
        {
            for (var j = 0; j < _repeats.Y; j++)
            {
                for (var k = 0; k < _repeats.Z; k++)
                {
                    yield return Scaled(_structure.Fractional[site] + new Vector3D(i, j, k));
                }
            }
        }
    }

    private Vector3D Scaled(Vector3D fractional) => new(fractional.X / _repeats.X, fractional.Y / _repeats.Y, fractional.Z / _repeats.Z);

    private bool IsSame(Vector3D a, Vector3D b) => _lattice.ToCartesian((a - b).Map(x => x - Math.Round(x))).Length < 1e-6;
}
