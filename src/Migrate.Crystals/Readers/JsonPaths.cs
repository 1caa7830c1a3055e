using System.Text.Json;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Entries of JSON libraries, in the form of the published data sets: <c>atoms</c> (a band) or <c>atoms_ini</c> and <c>atoms_fin</c>,
/// <c>target</c> (barrier, eV), <c>sys_name</c> or <c>jid</c>, <c>class</c>. A bare structure object is a band without a label.
/// </summary>
internal static class JsonPaths
{
    private const string Expected = "an entry has 'atoms' (a band), or 'atoms_ini' and 'atoms_fin'";

    /// <summary>Entries of a file; one that cannot be used is an error in its place.</summary>
    public static IEnumerable<PathResult> Read(string path, bool lines, PathReadOptions options)
    {
        using var stream = InputFile.Open(path);
        var stem = FileName.Of(path).Stem;
        var index = 0;
        if (lines)
        {
            foreach (var line in JsonLines.Read(stream, path))
            {
                yield return line.Error is { } error
                    ? PathResult.Failed(path, index, error)
                    : Entry(line.Value, path, index, line.Number, $"{stem}#{index}", options);
                index++;
            }

            yield break;
        }

        var document = new JsonEntries(stream, path);
        foreach (var value in document.Read())
        {
            yield return Entry(value, path, index, null, document.IsArray ? $"{stem}#{index}" : stem, options);
            index++;
        }
    }

    /// <summary>All structures of a file, of a pair the initial one, then the final one; an entry that cannot be used is an error in its place.</summary>
    public static IEnumerable<(Structure? Structure, InvalidInputException? Error)> ReadStructures(string path, bool lines)
    {
        using var stream = InputFile.Open(path);
        var stem = FileName.Of(path).Stem;
        var document = new JsonEntries(stream, path);
        var values = lines
            ? JsonLines.Read(stream, path).Select(line => (line.Value, line.Error, (int?)line.Number))
            : document.Read().Select(value => (value, (InvalidInputException?)null, (int?)null));
        var index = 0;
        foreach (var (value, broken, line) in values)
        {
            var error = broken;
            Structure[] structures = [];
            try
            {
                structures = broken is null ? StructuresOf(value, lines || document.IsArray ? $"{stem}#{index}" : stem) : [];
            }
            catch (Exception e) when (e is InvalidInputException or InvalidOperationException)
            {
                error = Located(e, path, index, line);
            }

            if (error is not null)
            {
                yield return (null, error);
            }

            foreach (var structure in structures)
            {
                yield return (structure, null);
            }

            index++;
        }
    }

    private static Structure[] StructuresOf(JsonElement value, string defaultName)
    {
        var name = NameOf(value) ?? defaultName;
        return JsonStructures.IsStructure(value) ? [JsonStructures.Read(value, name)]
            : Get(value, "atoms") is { } atoms ? [JsonStructures.Read(atoms, name, "atoms")]
            : Get(value, "atoms_ini") is { } initial && Get(value, "atoms_fin") is { } final
                ? [JsonStructures.Read(initial, name, "atoms_ini"), JsonStructures.Read(final, name, "atoms_fin")]
            : throw new InvalidInputException($"no structure: {Expected}");
    }

    private static PathResult Entry(JsonElement value, string path, int index, int? line, string defaultName, PathReadOptions options)
    {
        try
        {
            var name = NameOf(value) ?? defaultName;
            var band = BandOf(value, name, options.ImageCount);
            return new PathResult(path, index, new PathEntry(name, band, Barrier(value), Group(value), path, index), null);
        }
        catch (Exception e) when (e is InvalidInputException or InvalidOperationException)
        {
            return PathResult.Failed(path, index, Located(e, path, index, line));
        }
    }

    private static Band BandOf(JsonElement value, string name, int imageCount)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException($"{Tokens.Quote(value.GetRawText())} is no object; {Expected}");
        }

        if (JsonStructures.IsStructure(value))
        {
            return Band.FromStructure(JsonStructures.Read(value, name), imageCount);
        }

        if (Get(value, "atoms") is { } atoms)
        {
            return Band.FromStructure(JsonStructures.Read(atoms, name, "atoms"), imageCount);
        }

        return (Get(value, "atoms_ini"), Get(value, "atoms_fin")) switch
        {
            ({ } initial, { } final) => MigrationPath.FromEndpoints(
                JsonStructures.Read(initial, name, "atoms_ini"), JsonStructures.Read(final, name, "atoms_fin")).ToBand(imageCount),
            ({ }, null) => throw new InvalidInputException("atoms_fin is missing"),
            (null, { }) => throw new InvalidInputException("atoms_ini is missing"),
            _ => throw new InvalidInputException($"no structure: {Expected}"),
        };
    }

    // GetString throws InvalidOperationException for text that is not valid Unicode.
    private static InvalidInputException Located(Exception exception, string path, int index, int? line)
    {
        var reason = exception is InvalidInputException ? exception.Message : "text that is not valid Unicode";
        return new InvalidInputException($"entry {index}: {reason}", path, line);
    }

    private static JsonElement? Get(JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private static string? NameOf(JsonElement value) => Text(value, "sys_name") ?? Text(value, "jid");

    private static string? Text(JsonElement value, string key) => Get(value, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } name ? name : null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { } other => throw new InvalidInputException($"{key} should be text, not {Tokens.Quote(other.GetRawText())}"),
    };

    private static string? Group(JsonElement value) => Text(value, "class");

    private static double? Barrier(JsonElement value) => Get(value, "target") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var barrier) && double.IsFinite(barrier) => barrier,
        { } other => throw new InvalidInputException($"target should be the barrier as a number (eV), not {Tokens.Quote(other.GetRawText())}"),
    };
}
