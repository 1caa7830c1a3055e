namespace Migrate.Crystals.Readers;

/// <summary>
/// Atoms of a cell sorted into boxes of about 1 Å, so that those close to a point are found without looking at all. The cell is
/// periodic. Distances up to <see cref="Reach"/> are exact as long as all heights of the cell are above twice that.
/// </summary>
internal sealed class CifSiteGrid
{
    /// <summary>Largest distance that is looked at, Å.</summary>
    public const double Reach = 0.5;

    private const int MostBoxes = 1024;

    private readonly Lattice _lattice;
    private readonly int[] _boxes;
    private readonly double[] _reach;
    private readonly Dictionary<(int A, int B, int C), int> _first = [];
    private readonly List<(Vector3D Fractional, int Owner, int Next)> _atoms = [];

    public CifSiteGrid(Lattice lattice)
    {
        _lattice = lattice;
        var heights = lattice.Heights;
        _boxes = [.. Enumerable.Range(0, 3).Select(axis => (int)Math.Clamp(heights[axis], 1, MostBoxes))];
        _reach = [.. Enumerable.Range(0, 3).Select(axis => Reach / heights[axis])];
    }

    /// <summary>Atoms so far.</summary>
    public int Count => _atoms.Count;

    /// <summary>Adds an atom that belongs to a site.</summary>
    public void Add(Vector3D fractional, int owner)
    {
        var box = (Box(fractional, 0, 0), Box(fractional, 1, 0), Box(fractional, 2, 0));
        _atoms.Add((fractional, owner, _first.GetValueOrDefault(box, -1)));
        _first[box] = _atoms.Count - 1;
    }

    /// <summary>Owner and distance (Å) of the atoms within <see cref="Reach"/> of a point.</summary>
    public IEnumerable<(int Owner, double Distance)> Near(Vector3D fractional)
    {
        foreach (var a in Boxes(fractional, 0))
        {
            foreach (var b in Boxes(fractional, 1))
            {
                foreach (var c in Boxes(fractional, 2))
                {
                    for (var i = _first.GetValueOrDefault((a, b, c), -1); i >= 0; i = _atoms[i].Next)
                    {
                        var distance = _lattice.ToCartesian((_atoms[i].Fractional - fractional).Map(x => x - Math.Round(x))).Length;
                        if (distance <= Reach)
                        {
                            yield return (_atoms[i].Owner, distance);
                        }
                    }
                }
            }
        }
    }

    // Boxes are at least as wide as twice the reach, or there is one only: the two ends of the reach touch all.
    private HashSet<int> Boxes(Vector3D fractional, int axis) => [Box(fractional, axis, -_reach[axis]), Box(fractional, axis, _reach[axis])];

    private int Box(Vector3D fractional, int axis, double offset)
    {
        var x = fractional[axis] + offset;
        return (int)((x - Math.Floor(x)) * _boxes[axis]) % _boxes[axis];
    }
}
