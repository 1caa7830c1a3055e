using System.Buffers.Binary;
using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>
/// The safetensors format: 8 bytes little-endian header length, a JSON header {name: {dtype, shape, data_offsets}}, then the raw
/// data without holes. Everything in the header is checked against the file before it is used.
/// </summary>
public sealed class SafeTensorsFile
{
    /// <summary>Longest header, bytes: the limit of the format's own reader.</summary>
    public const long MaxHeaderLength = 100_000_000;

    private readonly Dictionary<string, SafeTensorsEntry> _byName;

    private SafeTensorsFile(List<SafeTensorsEntry> entries, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>Free text of the header's "__metadata__".</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A tensor by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SafeTensorsEntry this[string name] =>
        _byName.TryGetValue(name, out var entry) ? entry : throw new KeyNotFoundException($"no tensor named {name}");

    /// <summary>A tensor by name, or null.</summary>
    public SafeTensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is not a sound safetensors file; the message says why.</exception>
    public static SafeTensorsFile Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Load(stream, path);
    }

    /// <summary>Reads a stream that can tell its length, for files embedded in a program.</summary>
    /// <param name="stream">The file's bytes, from their beginning.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="InvalidInputException">It is not a sound safetensors file; the message says why.</exception>
    public static SafeTensorsFile Load(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return Read(stream);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidInputException($"no sound safetensors header: {exception.Message}", path);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidInputException("shorter than its header says", path);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidInputException(exception.Message, path);
        }
    }

    /// <summary>Writes a file: complete or not at all.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="entries">Tensors, with different names.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <exception cref="ArgumentException">A tensor has an unknown type, a name twice, or bytes that do not fill its shape.</exception>
    public static void Save(string path, IEnumerable<SafeTensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var list = entries.ToList();
        var header = SafeTensorsHeader.Write(list, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var entry in list)
            {
                stream.Write(entry.Bytes.Span);
            }
        });
    }

    private static SafeTensorsFile Read(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength is < 2 or > MaxHeaderLength || headerLength > stream.Length - 8)
        {
            throw new InvalidDataException(
                $"header length {headerLength} does not fit a file of {stream.Length} bytes; this is no safetensors file");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var (places, metadata) = SafeTensorsHeader.Read(header, stream.Length - 8 - headerLength);
        var entries = new List<SafeTensorsEntry>(places.Count);
        foreach (var place in places)
        {
            var bytes = new byte[place.ByteCount];
            stream.ReadExactly(bytes);
            entries.Add(new SafeTensorsEntry(place.Name, place.DType, place.Shape, bytes));
        }

        return new SafeTensorsFile(entries, metadata);
    }
}
