using Migrate.Crystals;
using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Crystals to the device, and what the device found wrong with them.</summary>
internal static unsafe class CudaCrystals
{
    /// <summary>Bytes of pinned memory that <see cref="Upload"/> needs.</summary>
    public static long Bytes(int structures, int atoms) =>
        (((9L * structures) + (3L * atoms)) * sizeof(double)) + ((structures + 1L + 4) * sizeof(int));

    /// <summary>Queues crystals; the host memory must stay as it is until the stream has come so far.</summary>
    /// <param name="structures">The crystals.</param>
    /// <param name="atoms">Of all of them.</param>
    /// <param name="scratch">Room for them.</param>
    /// <param name="counts">[4] on the device: atoms, 0, 0, structures.</param>
    /// <param name="host">Pinned memory, <see cref="Bytes"/>.</param>
    /// <param name="device">The device.</param>
    /// <param name="stream">The stream.</param>
    public static void Upload(
        IReadOnlyList<Structure> structures, int atoms, CudaGraphScratchBuffers scratch, int* counts, byte* host, CudaDevice device, nint stream)
    {
        var lattice = (double*)host;
        var fractional = lattice + (9 * structures.Count);
        var atomBegin = (int*)(fractional + (3L * atoms));
        var sizes = atomBegin + structures.Count + 1;
        (sizes[0], sizes[1], sizes[2], sizes[3]) = (atoms, 0, 0, structures.Count);
        var atom = 0;
        for (var s = 0; s < structures.Count; s++)
        {
            var cell = structures[s].Lattice;
            var sites = structures[s].Fractional;
            atomBegin[s] = atom;
            new ReadOnlySpan<Vector3D>([cell.A, cell.B, cell.C]).CopyTo(new Span<Vector3D>(lattice + (9 * s), 3));
            sites.CopyTo(new Span<Vector3D>(fractional + (3L * atom), sites.Length));
            atom += sites.Length;
        }

        atomBegin[structures.Count] = atom;
        var driver = device.Driver;
        driver.CopyToDevice((nint)scratch.Lattice, lattice, 9L * structures.Count * sizeof(double), stream);
        driver.CopyToDevice((nint)scratch.Fractional, fractional, 3L * atoms * sizeof(double), stream);
        driver.CopyToDevice((nint)scratch.AtomBegin, atomBegin, (structures.Count + 1L) * sizeof(int), stream);
        driver.CopyToDevice((nint)counts, sizes, 4 * sizeof(int), stream);
    }

    /// <summary>What is wrong with a structure, in the words of the CPU library; null where nothing is.</summary>
    public static InvalidInputException? Error(Structure structure, CudaStructureStatus status, int site, double value)
    {
        const string NotAngstrom = "is the lattice in Å?";
        var text = status switch
        {
            CudaStructureStatus.Ok or CudaStructureStatus.TooSkewed => null,
            CudaStructureStatus.AtomCount => "a crystal has 1 to 10 million atoms",
            CudaStructureStatus.NoVolume => "lattice vectors are not finite, or span no volume",
            CudaStructureStatus.Coordinate => $"site {site + 1}: fractional coordinates must lie within -10000 to 10000",
            CudaStructureStatus.VectorTooShort =>
                FormattableString.Invariant($"the lattice has a vector of {value:f6} Å, so every site would coincide with its own image; {NotAngstrom}"),
            CudaStructureStatus.TooDense => FormattableString.Invariant($"the structure has {value:f6} atoms per Å³, more than any crystal; {NotAngstrom}"),
            CudaStructureStatus.TooManyRelations => "the graph would have more than 20 million neighbour relations; do many sites coincide?",
            _ => FormattableString.Invariant($"a cutoff of {value:f6} Å gives this structure more than 50 million pairs"),
        };
        return text is null ? null : new InvalidInputException(structure.Name.Length == 0 ? text : $"{structure.Name}: {text}");
    }
}
