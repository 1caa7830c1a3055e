using Migrate.Crystals.Readers;

namespace Migrate.Crystals;

/// <summary>
/// Reads structures of any known format, told by the name (POSCAR*, CONTCAR*, .vasp, .poscar, .cif, .xyz, .extxyz, .json, .jsonl, each
/// also with .gz) or, where that tells nothing, by the content.
/// </summary>
public static class StructureReader
{
    /// <summary>The first structure of a file.</summary>
    /// <exception cref="InvalidInputException">The file is missing or broken, or no structure file.</exception>
    public static Structure ReadFile(string path)
    {
        foreach (var structure in ReadAll(path))
        {
            return structure;
        }

        throw new InvalidInputException("holds no structure", path);
    }

    /// <summary>All structures of a file, read one after another while they are asked for.</summary>
    /// <exception cref="InvalidInputException">The file is missing or broken, or no structure file.</exception>
    public static IEnumerable<Structure> ReadAll(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var structures = Open(path).GetEnumerator();
        while (true)
        {
            try
            {
                if (!structures.MoveNext())
                {
                    yield break;
                }
            }
            catch (Exception e) when (InputFile.Explain(e, path) is { } error)
            {
                throw error;
            }

            yield return structures.Current;
        }
    }

    // An iterator, so that a missing file is met inside the try above.
    private static IEnumerable<Structure> Open(string path)
    {
        var format = InputFile.FormatOf(path);
        var structures = format switch
        {
            FileFormat.Json => JsonPaths.ReadStructures(path, lines: false).Select(OrThrow),
            FileFormat.JsonLines => JsonPaths.ReadStructures(path, lines: true).Select(OrThrow),
            _ => ReadText(path, format),
        };
        foreach (var structure in structures)
        {
            yield return structure;
        }
    }

    private static Structure OrThrow((Structure? Structure, InvalidInputException? Error) result) => result.Structure ?? throw result.Error!;

    private static IEnumerable<Structure> ReadText(string path, FileFormat format)
    {
        using var text = InputFile.OpenText(path);
        var structures = format switch
        {
            FileFormat.Poscar => PoscarReader.Read(text, path),
            FileFormat.Cif => CifReader.Read(text, path),
            _ => ExtendedXyzReader.Read(text, path),
        };
        foreach (var structure in structures)
        {
            yield return structure.Name.Length > 0 && format != FileFormat.Poscar ? structure : structure.WithName(FileName.TitleOf(path));
        }
    }
}
