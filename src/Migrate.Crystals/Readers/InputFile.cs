using System.IO.Compression;
using System.Text;

namespace Migrate.Crystals.Readers;

/// <summary>Opens an input: unpacks gzip, tells the format, and turns what the system and the unpacker throw into errors of the input.</summary>
internal static class InputFile
{
    private const int HeadLength = 1 << 16;

    /// <summary>The unpacked content. Gzip is told by its first two bytes, so a wrong ending does no harm.</summary>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidInputException("is a folder; a file is needed here", path);
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            Span<byte> magic = stackalloc byte[2];
            var packed = file.CanSeek && file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            if (file.CanSeek)
            {
                file.Position = 0;
            }

            return packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The content as text: UTF-8, or what a byte order mark says.</summary>
    public static StreamReader OpenText(string path) => new(Open(path), Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 14);

    /// <summary>Format by name, or by content where the name tells nothing.</summary>
    public static FileFormat FormatOf(string path)
    {
        var format = FileName.Of(path).Format;
        return format != FileFormat.Unknown ? format : Sniff(path);
    }

    /// <summary>The error of an input for an exception met while reading it, or null where it is none.</summary>
    public static InvalidInputException? Explain(Exception exception, string path) => exception switch
    {
        InvalidInputException known => known,
        FileNotFoundException or DirectoryNotFoundException => new("no such file or folder", path),
        UnauthorizedAccessException => new("may not be read (no permission)", path),
        InvalidDataException or EndOfStreamException => new("the gzip data are damaged or cut short", path),
        IOException => new($"cannot be read: {Tokens.Quote(exception.Message)}", path),
        _ => null,
    };

    private static FileFormat Sniff(string path)
    {
        var head = new byte[HeadLength];
        using (var stream = Open(path))
        {
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }

        if (head.Length == 0)
        {
            throw new InvalidInputException("the file is empty", path);
        }

        if (!head.AsSpan().Contains((byte)0))
        {
            var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF');
            var lines = text.ReplaceLineEndings("\n").Split('\n');
            if (text.TrimStart() is ['{' or '[', ..])
            {
                return text.TrimStart()[0] == '{' && lines.Count(line => line.StartsWith('{')) > 1 ? FileFormat.JsonLines : FileFormat.Json;
            }

            if (lines.Any(line => line.StartsWith("data_", StringComparison.OrdinalIgnoreCase)))
            {
                return FileFormat.Cif;
            }

            if (lines.Length > 2 && int.TryParse(lines[0], out _) && lines[1].Contains('='))
            {
                return FileFormat.ExtendedXyz;
            }

            // Comment, scale, then three lines that start with three numbers.
            if (lines.Length > 7 && lines.Skip(2).Take(3).All(line => Tokens.Split(line) is [var x, var y, var z, ..]
                && Tokens.TryNumber(x, out _) && Tokens.TryNumber(y, out _) && Tokens.TryNumber(z, out _)))
            {
                return FileFormat.Poscar;
            }
        }

        throw new InvalidInputException($"unknown kind of file; names that are read are {FileName.Known}", path);
    }
}
