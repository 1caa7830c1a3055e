namespace Migrate.Crystals.Readers;

/// <summary>Formats that are read.</summary>
internal enum FileFormat
{
    /// <summary>The name tells nothing.</summary>
    Unknown,

    /// <summary>One JSON document: an entry or an array of entries.</summary>
    Json,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>VASP structure file.</summary>
    Poscar,

    /// <summary>Crystallographic information file.</summary>
    Cif,

    /// <summary>Extended XYZ, one frame or more.</summary>
    ExtendedXyz,
}

/// <summary>What the name of a file tells: its format, and the name without the ending.</summary>
internal readonly record struct FileName(FileFormat Format, string Stem)
{
    /// <summary>Endings and names in words, for messages.</summary>
    public const string Known = ".json, .jsonl, .cif, .xyz, .extxyz, .vasp, .poscar, POSCAR*, CONTCAR* (each also with .gz)";

    /// <summary>Reads a file name; a folder before it is ignored.</summary>
    public static FileName Of(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            name = name[..^3];
        }

        var format = Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".JSON" => FileFormat.Json,
            ".JSONL" or ".NDJSON" => FileFormat.JsonLines,
            ".CIF" => FileFormat.Cif,
            ".XYZ" or ".EXTXYZ" => FileFormat.ExtendedXyz,
            ".VASP" or ".POSCAR" or ".CONTCAR" => FileFormat.Poscar,
            _ => FileFormat.Unknown,
        };
        if (format != FileFormat.Unknown)
        {
            return new(format, Path.GetFileNameWithoutExtension(name));
        }

        var vasp = name.StartsWith("POSCAR", StringComparison.OrdinalIgnoreCase) || name.StartsWith("CONTCAR", StringComparison.OrdinalIgnoreCase);
        return new(vasp ? FileFormat.Poscar : FileFormat.Unknown, name);
    }

    /// <summary>What to call the content of a file: the stem, or the folder where that says nothing (POSCAR).</summary>
    public static string TitleOf(string path) => TitleOf(path, Of(path).Stem);

    /// <summary>What to call something that is named after a part of a file name.</summary>
    public static string TitleOf(string path, string part)
    {
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        return part.ToUpperInvariant() is "" or "POSCAR" or "CONTCAR" && folder is { Length: > 0 } ? folder : part;
    }
}
