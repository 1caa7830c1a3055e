using Migrate.Native;
using Migrate.Potentials;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Energies and forces of a batch by a published potential, neighbour lists included: what bands with a potential are made of.</summary>
internal static class PotentialCase
{
    private const int Configurations = 64, Atoms = 150;

    public static GpuCase Create(PotentialRunner runner)
    {
        GpuCase? self = null;
        return self = new GpuCase(
            $"evaluations of {runner.Potential}", runner.Name, () => runner.Missing() ?? NoWeights(runner.Potential), context => Run(context, runner, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, PotentialRunner runner, GpuCase self)
    {
        // Parts of a batch run side by side, so each takes one thread.
        MemoryAllocator.KeepFreedMemory();
        set_num_threads(1);
        TorchDevice.AllowTensorFloat32(false);
        var folder = SharedFolder.Require("data", "potentials", runner.Potential);
        using var potential = PotentialLoader.Open(folder, runner.Options());
        var structures = context.Settings.DryRun ? PotentialWorkload.Of(2, 50) : PotentialWorkload.Of(Configurations, Atoms);
        IReadOnlyList<PotentialEvaluation> evaluations = [];
        var timing = Timing.Of(() => evaluations = potential.Evaluate(structures), context.Settings.Seconds);
        if (evaluations.FirstOrDefault(e => e.Error is not null) is { } failed)
        {
            throw new InvalidOperationException(failed.Error);
        }

        yield return self.Row(
            structures.Length / timing.Median,
            "evaluations/s",
            $"energy and forces of {structures.Length} configurations of {structures[0].Count} atoms as one batch; {timing.Spread}",
            new()
            {
                ["atomsPerSecond"] = structures.Sum(s => (double)s.Count) / timing.Median,
                ["energy"] = evaluations.Average(e => e.Energy),
                ["largestDifference"] = Difference(folder, structures, evaluations),
            });
        if (context.MemoryMiB() is { } mebibytes)
        {
            yield return self.Row(mebibytes, "MiB", "device memory of the process after the evaluations above", what: $"{self.What}: peak memory");
        }
    }

    // Of an energy from torch's in float64 on the processor, eV an atom, on two configurations.
    private static double Difference(string folder, Crystals.Structure[] structures, IReadOnlyList<PotentialEvaluation> evaluations)
    {
        using var reference = PotentialLoader.Open(folder, new PotentialOptions { Kernels = PotentialKernels.Torch });
        var expected = reference.Evaluate(structures[..2]);
        return Enumerable.Range(0, 2).Max(i => Math.Abs(evaluations[i].Energy - expected[i].Energy) / structures[i].Count);
    }

    private static string? NoWeights(string potential) =>
        SharedFolder.Path is { } shared && Directory.Exists(Path.Combine(shared, "data", "potentials", potential))
            ? null
            : "needs published weights, which are not part of this program";
}
