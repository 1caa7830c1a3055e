using System.Buffers;
using System.Text.Json;

namespace Migrate.Graphs;

/// <summary>The JSON header of a safetensors file. Bad content throws <see cref="InvalidDataException"/> or a JSON exception.</summary>
internal static class SafeTensorsHeader
{
    private const string MetadataName = "__metadata__";

    /// <summary>Where one tensor lies: its bytes follow those of the tensor before it.</summary>
    internal sealed record Place(string Name, string DType, long[] Shape, long Begin, int ByteCount);

    /// <summary>Reads and checks a header against the number of data bytes behind it.</summary>
    internal static (List<Place> Places, Dictionary<string, string> Metadata) Read(byte[] header, long dataLength)
    {
        using var document = JsonDocument.Parse(header);
        List<Place> places = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            Require(names.Add(property.Name), $"tensor {property.Name} is there twice");
            if (property.Name == MetadataName)
            {
                foreach (var text in property.Value.EnumerateObject())
                {
                    metadata[text.Name] = text.Value.GetString() ?? "";
                }
            }
            else
            {
                places.Add(ReadPlace(property.Name, property.Value));
            }
        }

        places.Sort((a, b) => (a.Begin, a.ByteCount).CompareTo((b.Begin, b.ByteCount)));
        long end = 0;
        foreach (var place in places)
        {
            Require(
                place.Begin == end,
                $"tensor {place.Name} begins at byte {place.Begin} of the data, not at {end} where the one before it ends");
            end += place.ByteCount;
        }

        Require(end == dataLength, $"tensors take {end} bytes but the file holds {dataLength}");
        return (places, metadata);
    }

    internal static byte[] Write(IReadOnlyList<SafeTensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            HashSet<string> names = new(StringComparer.Ordinal);
            long begin = 0;
            foreach (var entry in entries)
            {
                CheckEntry(entry, names);
                WritePlace(json, entry, begin);
                begin += entry.Bytes.Length;
            }

            json.WriteEndObject();
        }

        // Spaces to a multiple of 8, so that the data is aligned for a reader that maps the file.
        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static Place ReadPlace(string name, JsonElement value)
    {
        var dtype = Member(name, value, "dtype").GetString() ?? "";
        var size = SafeTensorsEntry.SizeOf(dtype);
        Require(size > 0, $"tensor {name} has the unknown element type {dtype}");
        var shape = Numbers(name, value, "shape");
        var count = shape.Aggregate(1L, (product, length) => checked(product * length));
        var offsets = Numbers(name, value, "data_offsets");
        Require(offsets.Length == 2 && offsets[0] <= offsets[1], $"tensor {name}: data_offsets must be [begin, end]");
        var bytes = offsets[1] - offsets[0];
        Require(
            checked(count * size) == bytes,
            $"tensor {name}: {dtype} [{string.Join(", ", shape)}] needs {count * size} bytes but has {bytes}");
        Require(bytes <= Array.MaxLength, $"tensor {name} is longer than {Array.MaxLength} bytes");
        return new Place(name, dtype, shape, offsets[0], (int)bytes);
    }

    private static JsonElement Member(string tensor, JsonElement value, string member) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(member, out var found)
            ? found
            : throw new InvalidDataException($"tensor {tensor} has no {member}");

    private static long[] Numbers(string tensor, JsonElement value, string member)
    {
        var numbers = Member(tensor, value, member).EnumerateArray().Select(number => number.GetInt64()).ToArray();
        Require(numbers.All(number => number >= 0), $"tensor {tensor}: {member} must not be negative");
        return numbers;
    }

    private static void WritePlace(Utf8JsonWriter json, SafeTensorsEntry entry, long begin)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.DType);
        json.WriteStartArray("shape");
        foreach (var length in entry.Shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + entry.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void CheckEntry(SafeTensorsEntry entry, HashSet<string> names)
    {
        if (entry.Name == MetadataName || !names.Add(entry.Name))
        {
            throw new ArgumentException($"tensor name {entry.Name} is reserved or used twice");
        }

        var size = SafeTensorsEntry.SizeOf(entry.DType);
        if (size == 0 || entry.ElementCount * size != entry.Bytes.Length)
        {
            throw new ArgumentException(
                $"tensor {entry.Name}: {entry.Bytes.Length} bytes are not {entry.DType} [{string.Join(", ", entry.Shape)}]");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
