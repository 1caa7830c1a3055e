using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>Predictions of a finished fit, kept beside it: a protocol that was stopped goes on with the first unfinished one.</summary>
internal static class FitCache
{
    private const string FileName = "fit.csv", Header = "name,barrier_ev,spread_ev";

    public static IReadOnlyList<LearnedBarrier> GetOrRun(
        string folder, IBarrierLearner learner, IReadOnlyList<int> training, IReadOnlyList<int> members, PathStore paths, int seed,
        Func<IReadOnlyList<LearnedBarrier>> run)
    {
        var file = Path.Combine(folder, FileName);
        var identity = Identity(learner, training, members, paths, seed);
        if (Read(file, identity, [.. members.Select(i => paths.Names[i])]) is { } kept)
        {
            return kept;
        }

        var found = run();
        Directory.CreateDirectory(folder);
        RunFolder.WriteAtomically(file, string.Join('\n', members.Select((i, k) => string.Create(
            CultureInfo.InvariantCulture, $"{paths.Names[i]},{found[k].Barrier:r},{found[k].Spread:r}")).Prepend(Header).Prepend(identity)) + "\n");
        return found;
    }

    private static string Identity(IBarrierLearner learner, IReadOnlyList<int> training, IReadOnlyList<int> members, PathStore paths, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{learner.Settings}\n{seed}\n{training.Count}\n")));
        foreach (var i in training.Concat(members))
        {
            // End points as well as bands: which of them is read is the learner's affair.
            RunFingerprint.Append(hash, paths, i, GraphInputs.EndPoints);
        }

        return "# " + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Null where there is none or it is of another fit.
    private static List<LearnedBarrier>? Read(string file, string identity, string[] names)
    {
        if (!File.Exists(file) || File.ReadLines(file).FirstOrDefault() != identity)
        {
            return null;
        }

        string[] lines = [.. File.ReadLines(file).Skip(2)];
        var found = new List<LearnedBarrier>();
        foreach (var (line, name) in lines.Zip(names))
        {
            var cells = line.Split(',');
            if (cells.Length < 3 || string.Join(',', cells[..^2]) != name || !double.TryParse(cells[^2], CultureInfo.InvariantCulture, out var barrier))
            {
                return null;
            }

            found.Add(new LearnedBarrier(barrier, double.TryParse(cells[^1], CultureInfo.InvariantCulture, out var spread) ? spread : null));
        }

        return lines.Length == names.Length ? found : null;
    }
}
