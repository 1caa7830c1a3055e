namespace Migrate.Crystals.Matching;

/// <summary>Sites of one species that are close in two configurations.</summary>
internal static class NearSites
{
    /// <summary>
    /// All pairs of the same species within <paramref name="radius"/> (Å), measured in the lattice of <paramref name="initial"/>.
    /// Sites are first sorted into cells of the fractional coordinates at least as wide as the radius, so that the work grows with the
    /// number of sites and not with its square.
    /// </summary>
    public static List<(int From, int To, double Length)> Pairs(Structure initial, Structure final, double radius)
    {
        var lattice = initial.Lattice;
        var (na, nb, nc) = (Cells(lattice.Heights.X, radius), Cells(lattice.Heights.Y, radius), Cells(lattice.Heights.Z, radius));
        var cells = new Dictionary<(int, int, int), List<int>>();
        for (var j = 0; j < final.Count; j++)
        {
            var cell = Cell(final.Fractional[j]);
            (cells.TryGetValue(cell, out var sites) ? sites : cells[cell] = []).Add(j);
        }

        var pairs = new List<(int, int, double)>();
        var around = new HashSet<(int, int, int)>();
        for (var i = 0; i < initial.Count; i++)
        {
            var (a, b, c) = Cell(initial.Fractional[i]);
            around.Clear();
            for (var k = 0; k < 27; k++)
            {
                around.Add((Wrap(a + (k / 9) - 1, na), Wrap(b + (k / 3 % 3) - 1, nb), Wrap(c + (k % 3) - 1, nc)));
            }

            foreach (var cell in around)
            {
                foreach (var j in cells.GetValueOrDefault(cell) ?? [])
                {
                    if (initial.AtomicNumbers[i] == final.AtomicNumbers[j])
                    {
                        var length = lattice.ToCartesian(lattice.ShortestImage(final.Fractional[j] - initial.Fractional[i])).Length;
                        if (length <= radius)
                        {
                            pairs.Add((i, j, length));
                        }
                    }
                }
            }
        }

        return pairs;

        (int, int, int) Cell(Vector3D f) => (Index(f.X, na), Index(f.Y, nb), Index(f.Z, nc));
    }

    private static int Cells(double height, double radius) => (int)Math.Clamp(Math.Floor(height / radius), 1, 1000);

    private static int Index(double fractional, int cells) => Math.Min(cells - 1, (int)((fractional - Math.Floor(fractional)) * cells));

    private static int Wrap(int index, int cells) => ((index % cells) + cells) % cells;
}
