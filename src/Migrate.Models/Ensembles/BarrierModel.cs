using Migrate.Baselines;
using Migrate.Baselines.Catalogue;
using Migrate.Crystals;

namespace Migrate.Models;

/// <summary>A model that runs: the networks of a <see cref="ModelFiles"/>, each with what runs it. Owns the runners.</summary>
public sealed class BarrierModel : IDisposable
{
    /// <summary>A model.</summary>
    /// <param name="files">What was read.</param>
    /// <param name="runners">[n_networks], one for each network of the files, all of one kind.</param>
    /// <exception cref="ArgumentException">Another number of runners than networks.</exception>
    public BarrierModel(ModelFiles files, IReadOnlyList<IBandModel> runners)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(runners);
        (Files, Runners) = runners.Count == files.Networks.Count
            ? (files, runners)
            : throw new ArgumentException($"{runners.Count} runners for {files.Networks.Count} networks");
    }

    /// <summary>What was read.</summary>
    public ModelFiles Files { get; }

    /// <summary>What runs each network.</summary>
    public IReadOnlyList<IBandModel> Runners { get; }

    /// <summary>The descriptors of a path, where the model has a use for them.</summary>
    /// <param name="band">The path.</param>
    internal double[]? Describe(Band band) => Files.Trees is not null ? DescriptorCatalogue.Compute(band)
        : Files.Descriptors?.Describe(band);

    /// <summary>The prediction for a path from the outputs of the networks.</summary>
    /// <param name="band">The path, or null of a structure that is none, which ensembles do not read.</param>
    /// <param name="outputs">[n_networks][n_outputs] in scaled units.</param>
    /// <param name="descriptors">As <see cref="Describe"/> gave them.</param>
    internal BarrierPrediction Combine(Band? band, ReadOnlySpan<double[]> outputs, double[]? descriptors)
    {
        if (Files.Trees is { } trees)
        {
            return new BarrierPrediction(double.NaN, trees.Predict(descriptors!)) { Warning = Collision.Problem(band!) };
        }

        if (Files.Ensemble is not { } ensemble)
        {
            return Files.Config.PredictsBarrier
                ? new BarrierPrediction(outputs[0][0], Files.Networks[0].Scaler.Unscale(outputs[0][0]))
                : new BarrierPrediction(outputs[0][0], double.NaN) { Outputs = outputs[0], Values = Files.Networks[0].Unscale(outputs[0]) };
        }

        var networks = new double[outputs.Length];
        for (var k = 0; k < outputs.Length; k++)
        {
            networks[k] = Files.Networks[k].Scaler.Unscale(outputs[k][0]);
        }

        var described = descriptors is null ? (DescriptorPrediction?)null : Files.Descriptors!.Predict(descriptors);
        var (mean, deviation) = EnsembleMember.Combine(described, ensemble.DescriptorWeight, networks);
        return new BarrierPrediction(double.NaN, mean)
        {
            Networks = networks,
            Spread = deviation,
            Interval = ensemble.Calibration?.Interval(mean, deviation),
            Warning = Collision.Problem(band!) ?? ensemble.Domain.Problem(band!, described?.Openness),
        };
    }

    /// <summary>Frees the runners.</summary>
    public void Dispose()
    {
        foreach (var runner in Runners)
        {
            runner.Dispose();
        }
    }
}
