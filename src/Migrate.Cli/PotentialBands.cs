using Migrate.Crystals;
using Migrate.Models;
using Migrate.Potentials;
using Migrate.Potentials.Neb;
using static TorchSharp.torch;

namespace Migrate.Cli;

/// <summary>Bands relaxed with an interatomic potential, as a <see cref="NebModel"/> learns from them and predicts with them: the same settings for both.</summary>
internal sealed class PotentialBands : IDisposable
{
    /// <summary>The settings in words, for files.</summary>
    public const string Settings = "float32, ends relaxed, 3 images from IDPP, full springs, BFGS to 0.1 eV/Å within 150 steps";

    // Looser than published bands: what becomes a descriptor among others needs no third digit.
    private static readonly NebSettings Neb = new() { Tolerance = 0.1, MaxSteps = 150 };

    private readonly IPotential _potential;

    private PotentialBands(IPotential potential) => _potential = potential;

    /// <summary>Name of the potential.</summary>
    public string Name => _potential.Name;

    /// <summary>Opens the potential that a model has learned from.</summary>
    /// <param name="folder">Folder of a potential.</param>
    /// <param name="model">The model, or null of one that has learned from no bands.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="threads">Threads to compute with; 0 for one per processor.</param>
    /// <exception cref="InvalidInputException">It is another one, or broken.</exception>
    public static PotentialBands Open(string folder, NebModel? model, Device device, int threads)
    {
        if (model is null)
        {
            throw new InvalidInputException("--potential: the model has learned from no bands; leave --potential or --model out");
        }

        return HashOf(folder) == model.Config.WeightsHash
            ? Open(folder, device, threads)
            : throw new InvalidInputException(
                $"is another potential than {model.Config.Potential} (weights with SHA-256 {model.Config.WeightsHash}), from whose bands the model has learned", folder);
    }

    /// <summary>Opens any potential in a folder.</summary>
    public static PotentialBands Open(string folder, Device device, int threads)
    {
        TorchRuntime.EnsureLoaded();
        // Parts of a batch run side by side, each on one thread.
        set_num_threads(1);
        return new PotentialBands(PotentialLoader.Open(folder, new PotentialOptions { Precision = ScalarType.Float32, Device = device, Threads = threads }));
    }

    /// <summary>Relaxes the bands of paths.</summary>
    /// <returns>As they are done: position, barrier (eV) or null, and why there is none.</returns>
    public IEnumerable<(int Index, double? Barrier, string? Problem)> Relax(IReadOnlyList<Band> bands, CancellationToken cancel)
    {
        List<(int Index, NebPath Path)> paths = [];
        List<(int Index, string Problem)> lost = [];
        for (var i = 0; i < bands.Count; i++)
        {
            try
            {
                paths.Add((i, NebPath.Create(bands[i].Name, bands[i], Neb.NearestImages)));
            }
            catch (InvalidInputException e)
            {
                lost.Add((i, e.Message));
            }
        }

        foreach (var (index, problem) in lost)
        {
            yield return (index, null, problem);
        }

        foreach (var (k, result) in new NebRunner(_potential, Neb) { Together = 16 }.Run([.. paths.Select(p => p.Path)], null, cancel))
        {
            yield return result switch
            {
                { Error: { } error } => (paths[k].Index, null, error),
                { IsConverged: false } => (paths[k].Index, null, $"not converged in {Neb.MaxSteps} steps"),
                _ => (paths[k].Index, result.Barrier, null),
            };
        }
    }

    public void Dispose() => _potential.Dispose();

    /// <summary>What the potential in a folder is known by (<see cref="PotentialCatalog.HashOf"/>); it is not opened for that.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string HashOf(string folder)
    {
        var weights = Path.Combine(folder, "weights.safetensors");
        return File.Exists(weights)
            ? PotentialCatalog.HashOf(weights)
            : throw new InvalidInputException("is no folder of a potential with config.json and weights.safetensors; `migrate potentials` says where to get one", folder);
    }
}
