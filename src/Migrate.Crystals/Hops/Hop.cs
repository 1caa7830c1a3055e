namespace Migrate.Crystals.Hops;

/// <summary>A hop in a crystal: from one site of the cell to an image of another.</summary>
/// <param name="From">Site it starts at.</param>
/// <param name="To">Site whose image it ends at.</param>
/// <param name="Shift">Lattice vectors from the given place of <paramref name="To"/> to that image.</param>
/// <param name="Length">Å.</param>
internal readonly record struct Hop(int From, int To, (int X, int Y, int Z) Shift, double Length)
{
    public Vector3D ShiftVector => new(Shift.X, Shift.Y, Shift.Z);
}
