using Migrate.Crystals;
using Migrate.Native;

namespace Migrate.Graphs;

/// <summary>From a status of the native library to an error of the structure it was given.</summary>
internal static class CrystalErrors
{
    /// <summary>Returns where all is well. The native message speaks of the structure; its name comes from here.</summary>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public static void ThrowIfFailed(NativeStatus status, Structure structure)
    {
        try
        {
            status.ThrowIfFailed();
        }
        catch (InvalidCrystalException exception)
        {
            throw new InvalidInputException(structure.Name.Length == 0 ? exception.Message : $"{structure.Name}: {exception.Message}");
        }
    }
}
