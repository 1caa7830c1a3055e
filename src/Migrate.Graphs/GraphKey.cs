using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>What a graph depends on, as a hash: lattice, species and coordinates bit by bit, settings, and the format's version.</summary>
internal static class GraphKey
{
    /// <summary>Raised when graphs of the same input come out differently, or their files look differently.</summary>
    public const int FormatVersion = 1;

    /// <summary>SHA-256 in 64 lower-case hexadecimal digits.</summary>
    public static string Create(Structure structure, GraphSettings settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<int> integers =
            [FormatVersion, structure.Count, settings.Neighbors, (int)settings.Ties, (int)settings.Relations];
        ReadOnlySpan<double> reals = [settings.Cutoff, settings.ShellTolerance];
        ReadOnlySpan<Vector3D> lattice = [structure.Lattice.A, structure.Lattice.B, structure.Lattice.C];
        hash.AppendData(MemoryMarshal.AsBytes(integers));
        hash.AppendData(MemoryMarshal.AsBytes(reals));
        hash.AppendData(MemoryMarshal.AsBytes(lattice));
        hash.AppendData(structure.AtomicNumbers);
        hash.AppendData(MemoryMarshal.AsBytes(structure.Fractional));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
