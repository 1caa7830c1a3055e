using System.Text.Json;
using Migrate.Baselines;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>neb-model.json: a model of paths whose bands were relaxed with an interatomic potential, beside the one that needs none.</summary>
public sealed record NebModelConfig
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "neb-model.json";

    /// <summary>Version of the format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>Name of the potential whose bands it has learned from.</summary>
    public string Potential { get; set; } = "";

    /// <summary>SHA-256 of the potential's weights.safetensors, in lower-case hexadecimal: bands of another one mean something else.</summary>
    public string WeightsHash { get; set; } = "";

    /// <summary>How the bands were computed, in words.</summary>
    public string Bands { get; set; } = "";

    /// <summary>Share of this model in the mean with the networks of the ensemble beside it, above 0 to 1; 1 leaves them out.</summary>
    public double DescriptorWeight { get; set; } = 1;

    /// <summary>Prediction intervals, calibrated out of fold.</summary>
    public IntervalCalibration? Calibration { get; set; }

    internal void Validate()
    {
        if (Format != CurrentFormat)
        {
            throw new ArgumentException($"format {Format}; this program reads format {CurrentFormat}");
        }

        if (Potential.Length == 0 || WeightsHash.Length != 64)
        {
            throw new ArgumentException("potential and weightsHash must name a potential and the SHA-256 of its weights");
        }

        if (DescriptorWeight is not (> 0 and <= 1))
        {
            throw new ArgumentException($"descriptorWeight is {DescriptorWeight}; it must lie above 0 and up to 1");
        }
    }
}

/// <summary>
/// Barriers of paths whose bands were relaxed with a potential: <see cref="DescriptorModel"/> over <see cref="NebDescriptors"/>, and the networks of the
/// ensemble that it lies beside.
/// </summary>
/// <param name="config">What it was made with.</param>
/// <param name="model">Fitted on <see cref="NebDescriptors.Names"/>.</param>
public sealed class NebModel(NebModelConfig config, DescriptorModel model)
{
    /// <summary>Name of the file with the fitted numbers.</summary>
    public const string FileName = "neb-model.safetensors";

    /// <summary>What it was made with.</summary>
    public NebModelConfig Config => config;

    /// <summary>Predicts a path.</summary>
    /// <param name="band">The path, as it was given.</param>
    /// <param name="barrier">Barrier of its relaxed band with the potential, eV.</param>
    /// <param name="networks">[n_networks] what the networks of the ensemble beside it say of the path, eV.</param>
    /// <param name="domain">What that ensemble has learned from, or null.</param>
    /// <exception cref="ArgumentException">The barrier is no finite number, or there are no networks and the model needs them.</exception>
    public BarrierPrediction Predict(Band band, double barrier, IReadOnlyList<double> networks, ApplicabilityDomain? domain)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count == 0 && config.DescriptorWeight < 1)
        {
            throw new ArgumentException("no network beside a model that leaves a share to them", nameof(networks));
        }

        var found = model.Predict(model.Describe(band, NebDescriptors.Of(barrier)));
        var (mean, deviation) = EnsembleMember.Combine(found, config.DescriptorWeight, networks);
        return new BarrierPrediction(double.NaN, mean)
        {
            Networks = networks,
            NebBarrier = barrier,
            Spread = deviation,
            Interval = config.Calibration?.Interval(mean, deviation),
            // Its descriptors are others, so the measure of openness is not the ensemble's.
            Warning = Collision.Problem(band) ?? domain?.Problem(band, null),
        };
    }

    /// <summary>Reads the model from named streams; null where there is none.</summary>
    /// <param name="name">Of the folder, for messages.</param>
    /// <param name="open">Opens a file by its name, or gives null where there is none.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged.</exception>
    internal static NebModel? Read(string name, Func<string, Stream?> open)
    {
        using var stream = open(NebModelConfig.FileName);
        return stream is null ? null : new NebModel(
            NamedJson.Read(
                $"{name}/{NebModelConfig.FileName}", stream, s => JsonSerializer.Deserialize(s, CheckpointJson.Default.NebModelConfig), config => config.Validate()),
            ModelFiles.ReadDescriptors(name, FileName, open, NebDescriptors.Names.Count));
    }

    /// <summary>Writes the two files into the folder of an ensemble.</summary>
    /// <param name="folder">Made where it is missing.</param>
    public void Save(string folder)
    {
        config.Validate();
        Directory.CreateDirectory(folder);
        model.Save(Path.Combine(folder, FileName));
        // What names the weights comes last.
        AtomicFile.Write(Path.Combine(folder, NebModelConfig.FileName), stream => JsonSerializer.Serialize(stream, config, CheckpointJson.Default.NebModelConfig));
    }
}
