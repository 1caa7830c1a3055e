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
    private readonly List<(int Owner, double Distance)> _near = [];

    public CifSiteGrid(Lattice lattice)
    {
        _lattice = lattice;
        var heights = lattice.Heights;
        _boxes = [.. Enumerable.Range(0, 3).Select(axis => (int)Math.Clamp(heights[axis], 1, MostBoxes))];
        _reach = [.. Enumerable.Range(0, 3).Select(axis => Reach / heights[axis])];
    }

    /// <summary>Adds an atom that belongs to a site.</summary>
    public void Add(Vector3D fractional, int owner)
    {
        var box = (Box(fractional, 0, 0), Box(fractional, 1, 0), Box(fractional, 2, 0));
        _atoms.Add((fractional, owner, _first.GetValueOrDefault(box, -1)));
        _first[box] = _atoms.Count - 1;
    }

    /// <summary>Owner and distance (Å) of the atoms within <see cref="Reach"/> of a point; valid until the next call.</summary>
    public List<(int Owner, double Distance)> Near(Vector3D fractional)
    {
        _near.Clear();

        // Boxes are at least as wide as twice the reach, or there is one only: the two ends of the reach touch all, mostly the same one.
        for (var corner = 0; corner < 8; corner++)
        {
            if (IsRepeated(fractional, corner))
            {
                continue;
            }

            var box = (End(fractional, 0, corner), End(fractional, 1, corner), End(fractional, 2, corner));
            for (var i = _first.GetValueOrDefault(box, -1); i >= 0; i = _atoms[i].Next)
            {
                var distance = _lattice.ToCartesian((_atoms[i].Fractional - fractional).Map(Wrap)).Length;
                if (distance <= Reach)
                {
                    _near.Add((_atoms[i].Owner, distance));
                }
            }
        }

        return _near;
    }

    private static double Wrap(double x) => x - Math.Round(x);

    // Bit k of a corner chooses the upper end along axis k.
    private int End(Vector3D fractional, int axis, int corner) =>
        Box(fractional, axis, (corner >> axis & 1) == 0 ? -_reach[axis] : _reach[axis]);

    private bool IsRepeated(Vector3D fractional, int corner)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            if ((corner >> axis & 1) != 0 && End(fractional, axis, 0) == End(fractional, axis, corner))
            {
                return true;
            }
        }

        return false;
    }

    private int Box(Vector3D fractional, int axis, double offset)
    {
        var x = fractional[axis] + offset;
        return (int)((x - Math.Floor(x)) * _boxes[axis]) % _boxes[axis];
    }
}
