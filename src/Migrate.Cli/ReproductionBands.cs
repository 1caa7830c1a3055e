using Migrate.Crystals;
using Migrate.Training.Protocol;
using static TorchSharp.torch;

namespace Migrate.Cli;

/// <summary>Relaxed bands for rows that learn from them, kept in the folder of the runs.</summary>
internal static class ReproductionBands
{
    /// <summary>The table of a potential.</summary>
    /// <param name="potential">Its folder.</param>
    /// <param name="runs">Folder of the runs.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="streams">Told what happens.</param>
    public static NebTable Table(string potential, string runs, Device device, Streams streams)
    {
        var name = Path.GetFileName(potential);
        return new NebTable(Path.Combine(runs, $"neb-{name}.csv"), $"{name}, {PotentialBands.Settings}", PotentialBands.HashOf(potential), Compute);

        IEnumerable<(int Index, double? Barrier)> Compute(IReadOnlyList<Band> bands, CancellationToken cancel)
        {
            using var opened = PotentialBands.Open(potential, device, 0);
            var done = 0;
            foreach (var (index, barrier, problem) in opened.Relax(bands, cancel))
            {
                done++;
                streams.Note(problem is null
                    ? FormattableString.Invariant($"band {done} of {bands.Count}: {bands[index].Name}, {barrier:f3} eV")
                    : $"band {done} of {bands.Count}: {bands[index].Name}: {problem}");
                yield return (index, barrier);
            }
        }
    }
}
