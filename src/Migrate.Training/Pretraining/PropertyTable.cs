using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Migrate.Crystals;

namespace Migrate.Training.Pretraining;

/// <summary>
/// Structures with the properties that they have. A structure that several files hold, equal to the last bit, is here once with all its
/// values; where one file holds it twice, the mean counts.
/// </summary>
public sealed class PropertyTable
{
    private readonly List<Structure> _structures = [];
    private readonly List<double[]> _values = [];
    private readonly List<bool> _heldOut = [];
    private readonly List<byte[]> _keys = [];

    private PropertyTable()
    {
    }

    /// <summary>[n_structures].</summary>
    public IReadOnlyList<Structure> Structures => _structures;

    /// <summary>[n_structures][n_properties] values in the files' units; NaN where a structure lacks the property.</summary>
    public IReadOnlyList<double[]> Values => _values;

    /// <summary>[n_structures] true for the structures that do not train.</summary>
    public IReadOnlyList<bool> HeldOut => _heldOut;

    /// <summary>Errors of lines that were left out.</summary>
    public IReadOnlyList<InvalidInputException> Errors { get; private set; } = [];

    /// <summary>SHA-256 over structures, values and what is held out.</summary>
    public byte[] ContentHash { get; private set; } = [];

    /// <summary>Reads the files of a configuration.</summary>
    /// <param name="options">Data folder, properties, held-out share.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or holds no entry.</exception>
    public static PropertyTable Read(PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var table = new PropertyTable();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var errors = new List<InvalidInputException>();
        var count = options.Properties.Count;
        var isTest = new List<bool>();
        for (var p = 0; p < count; p++)
        {
            var file = Path.Combine(options.Data, options.Properties[p].File);
            var copies = new Dictionary<int, int>();
            var tests = 0;
            foreach (var (entry, error) in PropertyReader.Read(file))
            {
                if (entry is null)
                {
                    errors.Add(error!);
                    continue;
                }

                var row = table.RowOf(entry.Structure, index, count, isTest);
                var seen = copies[row] = copies.GetValueOrDefault(row) + 1;
                var values = table._values[row];
                values[p] = seen == 1 ? entry.Value : values[p] + ((entry.Value - values[p]) / seen);
                isTest[row] |= entry.IsTest;
                tests += entry.IsTest ? 1 : 0;
            }

            if (copies.Count == 0)
            {
                throw new InvalidInputException("holds no entry that can be used", file);
            }

            if (tests == 0)
            {
                foreach (var row in copies.Keys)
                {
                    isTest[row] |= Share(table._keys[row]) < options.HeldOutFraction;
                }
            }
        }

        table._heldOut.AddRange(isTest);
        table.Errors = errors;
        table.ContentHash = table.Hash();
        return table;
    }

    private int RowOf(Structure structure, Dictionary<string, int> index, int properties, List<bool> isTest)
    {
        var key = KeyOf(structure);
        var name = Convert.ToHexString(key);
        if (!index.TryGetValue(name, out var row))
        {
            row = _structures.Count;
            index.Add(name, row);
            _structures.Add(structure);
            _keys.Add(key);
            isTest.Add(false);
            var values = new double[properties];
            Array.Fill(values, double.NaN);
            _values.Add(values);
        }

        return row;
    }

    // A number in [0, 1) that depends on the structure alone, so that what is held out does not change with order or other files.
    private static double Share(byte[] key) => BinaryPrimitives.ReadUInt32LittleEndian(key) / 4294967296.0;

    private static byte[] KeyOf(Structure structure)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<Vector3D> lattice = [structure.Lattice.A, structure.Lattice.B, structure.Lattice.C];
        hash.AppendData(MemoryMarshal.AsBytes(lattice));
        hash.AppendData(structure.AtomicNumbers);
        hash.AppendData(MemoryMarshal.AsBytes(structure.Fractional));
        return hash.GetHashAndReset();
    }

    private byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < _keys.Count; i++)
        {
            hash.AppendData(_keys[i]);
            hash.AppendData(MemoryMarshal.AsBytes<double>(_values[i]));
            hash.AppendData([_heldOut[i] ? (byte)1 : (byte)0]);
        }

        return hash.GetHashAndReset();
    }
}
