using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>How a <see cref="DescriptorModel"/> is fitted.</summary>
public sealed record DescriptorModelOptions
{
    /// <summary>Trees.</summary>
    public ExtraTreesOptions Trees { get; set; } = new();

    /// <summary>Gaussian process.</summary>
    public GaussianProcessOptions Process { get; set; } = new();
}

/// <summary>What a <see cref="DescriptorModel"/> says of a path.</summary>
/// <param name="Barrier">eV.</param>
/// <param name="Spread">Standard deviation of ln(Em + <see cref="DescriptorModel.Offset"/>).</param>
/// <param name="Openness">0 for a path like those learned from, 1 for one like none of them (<see cref="GaussianProcess.Predict"/>).</param>
public readonly record struct DescriptorPrediction(double Barrier, double Spread, double Openness);

/// <summary>
/// Barriers from descriptors of the path: extremely randomized trees and a Gaussian process, both on the logarithm of the barrier; the
/// prediction is the mean of the two in eV. Trees follow steps, the process follows slopes; their errors differ.
/// </summary>
public sealed class DescriptorModel
{
    /// <summary>Name of the file in a folder of its own.</summary>
    public const string FileName = "descriptors.safetensors";

    /// <summary>Added to a barrier before its logarithm is taken, eV.</summary>
    public const double Offset = 0.1;

    // Paths of large frameworks count less each, so that a much studied host does not outvote the others.
    private const double GroupPower = -0.4;

    // No barrier is believed beyond exp(±this) − Offset eV.
    private const double Extreme = 2.3;

    private readonly ExtraTrees _trees;
    private readonly GaussianProcess _process;

    private DescriptorModel(ExtraTrees trees, GaussianProcess process) => (_trees, _process) = (trees, process);

    /// <summary>Fits a model.</summary>
    /// <param name="descriptors">[n_paths][n_descriptors], as <see cref="PathDescriptors.Compute"/> gives them.</param>
    /// <param name="barriers">[n_paths] eV.</param>
    /// <param name="groups">[n_paths] equal for paths through one framework.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    public static DescriptorModel Fit(
        IReadOnlyList<double[]> descriptors, IReadOnlyList<double> barriers, IReadOnlyList<string> groups, DescriptorModelOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(barriers);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        double[] logarithms = [.. barriers.Select(Logarithm)];
        var sizes = groups.CountBy(g => g).ToDictionary(StringComparer.Ordinal);
        double[] weights = [.. groups.Select(g => Math.Pow(sizes[g], GroupPower))];
        return new DescriptorModel(
            ExtraTrees.Fit(descriptors, logarithms, weights, options.Trees, seed),
            GaussianProcess.Fit(descriptors, logarithms, groups, options.Process));
    }

    /// <summary>Predicts a path.</summary>
    /// <param name="descriptors">[n_descriptors].</param>
    public DescriptorPrediction Predict(ReadOnlySpan<double> descriptors)
    {
        var (trees, _) = _trees.Predict(descriptors);
        var (process, deviation, openness) = _process.Predict(descriptors);
        return new DescriptorPrediction((Barrier(trees) + Barrier(process)) / 2, deviation, openness);
    }

    /// <summary>ln(Em + <see cref="Offset"/>), which models and intervals work in.</summary>
    /// <param name="barrier">eV; below 0 it counts as 0.</param>
    public static double Logarithm(double barrier) => Math.Log(Math.Max(0, barrier) + Offset);

    /// <summary>Writes the model to a file.</summary>
    public void Save(string file) => SafeTensorsFile.Save(file, [.. _trees.Save("trees"), .. _process.Save("process")]);

    /// <summary>Takes a model from a file that was read.</summary>
    /// <param name="file">Its contents.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="descriptors">Descriptors that it must read; left out, those of <see cref="PathDescriptors"/>.</param>
    /// <exception cref="InvalidInputException">It holds no such model, or one over other descriptors.</exception>
    public static DescriptorModel Load(SafeTensorsFile file, string source, int? descriptors = null)
    {
        try
        {
            var columns = descriptors ?? PathDescriptors.Names.Count;
            return new DescriptorModel(ExtraTrees.Load(file, "trees", columns), GaussianProcess.Load(file, "process", columns));
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new InvalidInputException($"no descriptor model of this version: {e.Message.Split('\n')[0]}", source);
        }
    }

    private static double Barrier(double logarithm) => Math.Max(0, Math.Exp(Math.Clamp(logarithm, -Extreme, Extreme)) - Offset);
}
