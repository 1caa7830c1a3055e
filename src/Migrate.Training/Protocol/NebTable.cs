using System.Globalization;
using System.Security.Cryptography;
using Migrate.Crystals;
using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>
/// Barriers of bands relaxed with an interatomic potential, kept in a file: a line is added as soon as a path is done, so that a run that was killed goes on.
/// A path is known by its crystal, not by its place or its label.
/// </summary>
/// <param name="file">CSV with the columns sha256, barrier_ev, name; a path that has no converged band has an empty barrier. Made where it is missing.</param>
/// <param name="identity">Potential and settings in a line: a file of others is begun anew.</param>
/// <param name="weightsHash">SHA-256 of the potential's weights.</param>
/// <param name="compute">Computes bands: positions and barriers, as they are done, null where there is none.</param>
public sealed class NebTable(
    string file, string identity, string weightsHash, Func<IReadOnlyList<Band>, CancellationToken, IEnumerable<(int Index, double? Barrier)>> compute)
{
    /// <summary>Potential and settings.</summary>
    public string Identity => identity;

    /// <summary>SHA-256 of the potential's weights, in lower-case hexadecimal.</summary>
    public string WeightsHash => weightsHash;

    private string Header => $"# {identity} {weightsHash}\nsha256,barrier_ev,name\n";

    /// <summary>Barriers of paths; those that the file does not know yet are computed.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="cancel">Stops between two calls of the potential.</param>
    /// <returns>[n_paths] eV, null where there is no converged band.</returns>
    public IReadOnlyList<double?> Of(PathStore paths, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var known = Read();
        string[] keys = [.. Enumerable.Range(0, paths.Count).Select(i => Key(paths, i))];
        int[] open = [.. Enumerable.Range(0, paths.Count).Where(i => !known.ContainsKey(keys[i]))];
        if (open.Length > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            // What was known is written again: the last line of a killed run may be half a line.
            File.WriteAllText(file, Header + string.Concat(known.Select(k => Line(k.Key, k.Value.Barrier, k.Value.Name))));
            foreach (var (index, barrier) in compute([.. open.Select(paths.Load)], cancel))
            {
                var i = open[index];
                known[keys[i]] = (barrier, paths.Names[i]);
                File.AppendAllText(file, Line(keys[i], barrier, paths.Names[i]));
            }
        }

        return [.. keys.Select(key => known[key].Barrier)];
    }

    private static string Line(string key, double? barrier, string name) => string.Create(CultureInfo.InvariantCulture, $"{key},{barrier:r},{name}\n");

    private static string Key(PathStore paths, int index)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RunFingerprint.AppendCrystal(hash, paths.Load(index), GraphInputs.EndPoints);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Dictionary<string, (double? Barrier, string Name)> Read()
    {
        var known = new Dictionary<string, (double? Barrier, string Name)>(StringComparer.Ordinal);
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        if (!text.StartsWith(Header, StringComparison.Ordinal))
        {
            return known;
        }

        foreach (var line in text[Header.Length..].Split('\n')[..^1])
        {
            var cells = line.Split(',', 3);
            if (cells.Length == 3 && cells[0].Length == 64)
            {
                known[cells[0]] = (double.TryParse(cells[1], CultureInfo.InvariantCulture, out var barrier) ? barrier : null, cells[2]);
            }
        }

        return known;
    }
}
