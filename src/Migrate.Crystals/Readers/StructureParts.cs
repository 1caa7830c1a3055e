using System.Runtime.InteropServices;

namespace Migrate.Crystals.Readers;

/// <summary>Puts together what a reader has read; what the types refuse becomes an error of the input.</summary>
internal static class StructureParts
{
    public static Structure Create(Lattice lattice, List<byte> numbers, List<Vector3D> fractional, string name, string? file, int? line = null)
    {
        try
        {
            return new Structure(lattice, CollectionsMarshal.AsSpan(numbers), CollectionsMarshal.AsSpan(fractional), name);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message, file, line);
        }
    }

    public static Lattice CreateLattice(Vector3D a, Vector3D b, Vector3D c, string? file, int? line = null)
    {
        try
        {
            return new Lattice(a, b, c);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message, file, line);
        }
    }
}
