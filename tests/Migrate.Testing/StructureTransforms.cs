using Migrate.Crystals;

namespace Migrate.Testing;

/// <summary>The same crystal written in another way.</summary>
public static class StructureTransforms
{
    /// <summary>Turned about a random axis by a random angle.</summary>
    public static Structure Rotated(this Structure structure, Random random)
    {
        // Rodrigues' formula.
        var axis = new Vector3D(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() + 0.1);
        axis *= 1 / axis.Length;
        var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
        Vector3D Turn(Vector3D v) => (cos * v) + (sin * axis.Cross(v)) + ((1 - cos) * axis.Dot(v) * axis);
        var lattice = structure.Lattice;
        return new Structure(
            new Lattice(Turn(lattice.A), Turn(lattice.B), Turn(lattice.C)), structure.AtomicNumbers, structure.Fractional,
            structure.Name);
    }

    /// <summary>Moved as a whole by a fractional vector.</summary>
    public static Structure Translated(this Structure structure, Vector3D by) => structure.WithFractional((f, _) => f + by);

    /// <summary>Every site moved by whole cells of its own.</summary>
    public static Structure Unwrapped(this Structure structure, Random random, out Vector3D[] cells)
    {
        int Cells() => random.Next(-3, 4);
        var moves = Enumerable.Range(0, structure.Count).Select(_ => new Vector3D(Cells(), Cells(), Cells())).ToArray();
        cells = moves;
        return structure.WithFractional((f, i) => f + moves[i]);
    }

    /// <summary>na × nb × nc cells: all sites of the first cell, then of the next.</summary>
    public static Structure Supercell(this Structure structure, int na, int nb, int nc)
    {
        List<byte> numbers = [];
        List<Vector3D> fractional = [];
        var cells = from a in Enumerable.Range(0, na) from b in Enumerable.Range(0, nb) from c in Enumerable.Range(0, nc) select (a, b, c);
        foreach (var (a, b, c) in cells)
        {
            for (var i = 0; i < structure.Count; i++)
            {
                var f = structure.Fractional[i];
                numbers.Add(structure.AtomicNumbers[i]);
                fractional.Add(new((f.X + a) / na, (f.Y + b) / nb, (f.Z + c) / nc));
            }
        }

        var lattice = structure.Lattice;
        return new Structure(
            new Lattice(na * lattice.A, nb * lattice.B, nc * lattice.C), numbers.ToArray(), fractional.ToArray(), structure.Name);
    }

    private static Structure WithFractional(this Structure structure, Func<Vector3D, int, Vector3D> map)
    {
        var fractional = structure.Fractional.ToArray().Select(map).ToArray();
        return new Structure(structure.Lattice, structure.AtomicNumbers, fractional, structure.Name);
    }
}
