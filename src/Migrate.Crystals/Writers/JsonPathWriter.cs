using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Migrate.Crystals.Writers;

/// <summary>
/// Writes paths as a library that <see cref="PathReader"/> reads: one JSON object a line, both ends in JARVIS style (<c>atoms_ini</c>, <c>atoms_fin</c>),
/// <c>target</c> and <c>class</c> where they are known. Numbers read back as the same doubles.
/// </summary>
public static class JsonPathWriter
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one line.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="path">Both ends.</param>
    /// <param name="barrier">Em, eV, if known.</param>
    /// <param name="group">Structural group, if known.</param>
    public static void Write(Stream stream, MigrationPath path, double? barrier = null, string? group = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(path);
        var buffer = new ArrayBufferWriter<byte>(1 << 14);
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteString("sys_name", path.Name);
            if (group is not null)
            {
                json.WriteString("class", group);
            }

            if (barrier is { } target)
            {
                json.WriteNumber("target", target);
            }

            Write(json, "atoms_ini", path.Initial);
            Write(json, "atoms_fin", path.Final);
            json.WriteEndObject();
        }

        stream.Write(buffer.WrittenSpan);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>A stream for lines: compressed where the name ends in .gz.</summary>
    public static Stream Compressed(Stream file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : file;
    }

    private static void Write(Utf8JsonWriter json, string key, Structure structure)
    {
        json.WriteStartObject(key);
        json.WriteStartArray("lattice_mat");
        foreach (var row in new[] { structure.Lattice.A, structure.Lattice.B, structure.Lattice.C })
        {
            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteStartArray("coords");
        foreach (var position in structure.Fractional)
        {
            Write(json, position);
        }

        json.WriteEndArray();
        json.WriteBoolean("cartesian", false);
        json.WriteStartArray("elements");
        for (var i = 0; i < structure.Count; i++)
        {
            json.WriteStringValue(structure[i].Element.Symbol);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Vector3D vector)
    {
        json.WriteStartArray();
        json.WriteNumberValue(vector.X);
        json.WriteNumberValue(vector.Y);
        json.WriteNumberValue(vector.Z);
        json.WriteEndArray();
    }
}
