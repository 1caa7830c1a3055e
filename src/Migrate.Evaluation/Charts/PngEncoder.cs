using System.Buffers.Binary;
using System.IO.Compression;

namespace Migrate.Evaluation;

/// <summary>Writes pictures as Portable Network Graphics (ISO/IEC 15948): 8-bit RGB, one image data chunk.</summary>
internal static class PngEncoder
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes a picture.</summary>
    /// <param name="stream">Written from its position.</param>
    /// <param name="width">Points in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">[height, width, 3] red, green, blue.</param>
    public static void Write(Stream stream, int width, int height, ReadOnlySpan<byte> pixels)
    {
        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        // Bit depth 8, colour type 2 (RGB); compression, filter method and interlace 0.
        ReadOnlySpan<byte> format = [8, 2, 0, 0, 0];
        format.CopyTo(header[8..]);
        Chunk(stream, "IHDR"u8, header);

        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < height; row++)
            {
                // Each row begins with its filter; 0 leaves it as it is.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(row * width * 3, width * 3));
            }
        }

        Chunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        Chunk(stream, "IEND"u8, []);
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        stream.Write(number);
    }

    // CRC-32 with the reversed polynomial 0xedb88320, bit by bit: pictures are small.
    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
            }
        }

        return crc;
    }
}
