using System.Runtime.InteropServices;
using Migrate.Crystals;
using Migrate.Evaluation;

namespace Migrate.Training;

/// <summary>
/// Labelled paths of a data set, read once and kept in one unnamed temporary file, so that a set of any size can be visited in any
/// order with a few dozen bytes of memory per path. The operating system's cache keeps what fits.
/// </summary>
public sealed class PathStore : IDisposable
{
    private readonly FileStream _file;
    private readonly List<(long Offset, int Length)> _records = [];
    private readonly List<double> _barriers = [];
    private readonly List<string> _groupKeys = [];
    private readonly List<string> _names = [];
    private readonly List<string> _ions = [];
    private readonly List<string> _classes = [];

    private PathStore()
    {
        var path = Path.Combine(Path.GetTempPath(), $"migrate-paths-{Guid.NewGuid():n}");
        _file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
    }

    /// <summary>Number of paths.</summary>
    public int Count => _records.Count;

    /// <summary>[n_paths] barriers Em, eV, in file order.</summary>
    public IReadOnlyList<double> Barriers => _barriers;

    /// <summary>[n_paths] names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>[n_paths] symbols of the migrating ions.</summary>
    public IReadOnlyList<string> Ions => _ions;

    /// <summary>[n_paths] structural groups; empty where none is given.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>[n_paths] keys of the framework a path runs through: equal for the same host, whatever ion moves in it and how much of it.</summary>
    public IReadOnlyList<string> GroupKeys => _groupKeys;

    /// <summary>
    /// [n_paths] keys of the structure a path runs through: framework, ion, class, and the name without the number of the path, so that the
    /// charge states of one framework differ. See <see cref="PathPrediction.StructureKey"/>.
    /// </summary>
    public IReadOnlyList<string> StructureKeys =>
        [.. Enumerable.Range(0, Count).Select(i => string.Join('|', _groupKeys[i], _ions[i], _classes[i], PathPrediction.StructureName(_names[i])))];

    /// <summary>Errors of entries that were left out.</summary>
    public IReadOnlyList<InvalidInputException> Errors { get; private set; } = [];

    /// <summary>Reads a data set.</summary>
    /// <param name="paths">Files, folders or globs.</param>
    /// <param name="imageCount">Images of a band.</param>
    /// <param name="keep">Which paths to take, by their names; all without it.</param>
    /// <returns>The store; entries that cannot be used, unlabelled ones included, are in <see cref="Errors"/>.</returns>
    public static PathStore Read(IEnumerable<string> paths, int imageCount, Predicate<string>? keep = null)
    {
        var store = new PathStore();
        var errors = new List<InvalidInputException>();
        try
        {
            foreach (var result in PathReader.ReadMany(paths, new PathReadOptions { ImageCount = imageCount }))
            {
                if (result.Error is { } error)
                {
                    errors.Add(error);
                }
                else if (keep?.Invoke(result.Entry!.Name) == false)
                {
                    continue;
                }
                else if (result.Entry is { Barrier: { } barrier } entry)
                {
                    store.Append(entry, barrier);
                }
                else
                {
                    errors.Add(new InvalidInputException(
                        $"entry '{result.Entry!.Name}' has no barrier; training and evaluation need `target` in eV", result.Entry.Source));
                }
            }
        }
        catch
        {
            store.Dispose();
            throw;
        }

        store.Errors = errors;
        return store;
    }

    /// <summary>A path by its position; safe to call from several threads.</summary>
    public Band Load(int index)
    {
        var (offset, length) = _records[index];
        var bytes = new byte[length];
        var read = 0;
        while (read < length)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(read), offset + read);
            if (count == 0)
            {
                throw new EndOfStreamException("the temporary file of the data set was cut short");
            }

            read += count;
        }

        return Decode(bytes, _names[index]);
    }

    /// <summary>Closes and removes the temporary file.</summary>
    public void Dispose() => _file.Dispose();

    private void Append(PathEntry entry, double barrier)
    {
        var bytes = Encode(entry.Band);
        _records.Add((_file.Position, bytes.Length));
        _file.Write(bytes);
        _file.Flush();
        _barriers.Add(barrier);
        _names.Add(entry.Name);
        _ions.Add(entry.Band.MobileIon.Symbol);
        _classes.Add(entry.Group ?? "");
        _groupKeys.Add(FrameworkKey(entry.Band));
    }

    // [image count, structures] int32, then the band and, of a pair, its two end points; this process's byte order.
    private static byte[] Encode(Band band)
    {
        Structure[] structures = band.EndPoints is { } ends ? [band.Structure, ends.Initial, ends.Final] : [band.Structure];
        using var stream = new MemoryStream();
        stream.Write(MemoryMarshal.AsBytes<int>([band.ImageCount, structures.Length]));
        foreach (var structure in structures)
        {
            // n int32, lattice 9 doubles, coordinates 3 n doubles, atomic numbers n bytes.
            stream.Write(MemoryMarshal.AsBytes<int>([structure.Count]));
            stream.Write(MemoryMarshal.AsBytes<Vector3D>([structure.Lattice.A, structure.Lattice.B, structure.Lattice.C]));
            stream.Write(MemoryMarshal.AsBytes(structure.Fractional));
            stream.Write(structure.AtomicNumbers);
        }

        return stream.ToArray();
    }

    private static Band Decode(byte[] bytes, string name)
    {
        var header = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, 8));
        var (images, structures, at) = (header[0], new Structure[header[1]], 8);
        for (var s = 0; s < structures.Length; s++)
        {
            var count = MemoryMarshal.Read<int>(bytes.AsSpan(at));
            Vector3D[] vectors = [.. MemoryMarshal.Cast<byte, Vector3D>(bytes.AsSpan(at + 4, 24 * (3 + count)))];
            at += 4 + (24 * (3 + count));
            structures[s] = new Structure(new Lattice(vectors[0], vectors[1], vectors[2]), bytes.AsSpan(at, count), vectors.AsSpan(3), name);
            at += count;
        }

        var band = Band.FromStructure(structures[0], images);
        return structures.Length == 1 ? band : band with { EndPoints = new EndPoints(structures[1], structures[2]) };
    }

    private static string FrameworkKey(Band band)
    {
        var counts = new SortedDictionary<int, int>();
        var numbers = band.Structure.AtomicNumbers;
        for (var i = band.ImageCount; i < numbers.Length; i++)
        {
            if (numbers[i] != band.MobileIon.AtomicNumber)
            {
                counts[numbers[i]] = counts.GetValueOrDefault(numbers[i]) + 1;
            }
        }

        var divisor = counts.Values.Aggregate(0, GreatestCommonDivisor);
        return string.Concat(counts.Select(c => $"{Element.FromAtomicNumber(c.Key)}{c.Value / Math.Max(1, divisor)}"));
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
