using System.Security.Cryptography;
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

    // Three times as fast as the settings of published bands; barriers differ by 0.01 eV and less.
    private static readonly NebSettings Neb = new() { Tolerance = 0.1, MaxSteps = 150 };

    private readonly IPotential _potential;

    private PotentialBands(IPotential potential, string hash) => (_potential, WeightsHash) = (potential, hash);

    /// <summary>SHA-256 of the potential's weights, in lower-case hexadecimal.</summary>
    public string WeightsHash { get; }

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

        var hash = Hash(folder);
        return hash == model.Config.WeightsHash
            ? Open(folder, device, threads)
            : throw new InvalidInputException(
                $"is another potential than {model.Config.Potential} (weights with SHA-256 {model.Config.WeightsHash}), from whose bands the model has learned", folder);
    }

    /// <summary>Opens any potential in a folder.</summary>
    public static PotentialBands Open(string folder, Device device, int threads)
    {
        TorchRuntime.EnsureLoaded();
        var hash = Hash(folder);
        // Parts of a batch run side by side, each on one thread.
        set_num_threads(1);
        return new PotentialBands(PotentialLoader.Open(folder, new PotentialOptions { Precision = ScalarType.Float32, Device = device, Threads = threads }), hash);
    }

    /// <summary>Relaxes the bands of paths.</summary>
    /// <returns>As they are done: position, barrier (eV) or null, and why there is none.</returns>
    public IEnumerable<(int Index, double? Barrier, string? Problem)> Relax(IReadOnlyList<Band> bands, CancellationToken cancel)
    {
        List<(int Index, NebPath Path)> paths = [];
        for (var i = 0; i < bands.Count; i++)
        {
            string? problem = null;
            try
            {
                var ends = bands[i].ToEndPoints().WithCorrespondingSites();
                paths.Add((i, NebPath.Create(bands[i].Name, ends.Initial, ends.Final, Neb.NearestImages)));
            }
            catch (InvalidInputException e)
            {
                problem = e.Message;
            }

            if (problem is not null)
            {
                yield return (i, null, problem);
            }
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

    private static string Hash(string folder)
    {
        var weights = Path.Combine(folder, "weights.safetensors");
        if (!File.Exists(weights))
        {
            throw new InvalidInputException("is no folder of a potential with config.json and weights.safetensors; `migrate potentials` says where to get one", folder);
        }

        using var stream = File.OpenRead(weights);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
