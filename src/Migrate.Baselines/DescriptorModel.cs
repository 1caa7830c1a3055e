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

    /// <summary>Share of the trees in the mean, 0 to 1; the process has the rest.</summary>
    public double TreeShare { get; set; } = 0.5;
}

/// <summary>What a <see cref="DescriptorModel"/> says of a path.</summary>
/// <param name="Barrier">eV.</param>
/// <param name="Spread">Standard deviation of ln(Em + <see cref="DescriptorModel.Offset"/>).</param>
/// <param name="Openness">0 for a path like those learned from, 1 for one like none of them (<see cref="GaussianProcess.Predict"/>).</param>
public readonly record struct DescriptorPrediction(double Barrier, double Spread, double Openness);

/// <summary>
/// Barriers from descriptors of the path: extremely randomized trees and a Gaussian process, both on the logarithm of the barrier; the
/// prediction is the weighted mean of the two in eV. Trees follow steps, the process follows slopes; their errors differ. The process may read
/// <see cref="EnvironmentDescriptors"/> as well, as a function of their own beside that of the descriptors; trees gain nothing from them.
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
    private readonly double _treeShare;
    private readonly int _columns;

    private DescriptorModel(ExtraTrees trees, GaussianProcess process, double treeShare, int columns, EnvironmentDescriptors? environments) =>
        (_trees, _process, _treeShare, _columns, Environments) = (trees, process, treeShare, columns, environments);

    /// <summary>What the process reads beside the descriptors, or null.</summary>
    public EnvironmentDescriptors? Environments { get; }

    /// <summary>Fits a model.</summary>
    /// <param name="descriptors">[n_paths][n_descriptors], as <see cref="PathDescriptors.Compute"/> gives them, behind them the environments if there are any.</param>
    /// <param name="barriers">[n_paths] eV.</param>
    /// <param name="groups">[n_paths] equal for paths through one framework.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    /// <param name="environments">What made the last of the descriptors, or null where there are none.</param>
    public static DescriptorModel Fit(
        IReadOnlyList<double[]> descriptors, IReadOnlyList<double> barriers, IReadOnlyList<string> groups, DescriptorModelOptions options, int seed,
        EnvironmentDescriptors? environments = null)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentNullException.ThrowIfNull(barriers);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        double[] logarithms = [.. barriers.Select(Logarithm)];
        var sizes = groups.CountBy(g => g).ToDictionary(StringComparer.Ordinal);
        double[] weights = [.. groups.Select(g => Math.Pow(sizes[g], GroupPower))];
        var behind = environments?.Count ?? 0;
        var columns = descriptors.Count == 0 ? 0 : descriptors[0].Length - behind;
        return new DescriptorModel(
            ExtraTrees.Fit(environments is null ? descriptors : [.. descriptors.Select(row => row[..columns])], logarithms, weights, options.Trees, seed),
            GaussianProcess.Fit(descriptors, logarithms, groups, options.Process, behind),
            options.TreeShare,
            columns,
            environments);
    }

    /// <summary>Predicts a path.</summary>
    /// <param name="descriptors">[n_descriptors], the environments behind them.</param>
    public DescriptorPrediction Predict(ReadOnlySpan<double> descriptors)
    {
        var (trees, _) = _trees.Predict(descriptors[.._columns]);
        var (process, deviation, openness) = _process.Predict(descriptors);
        return new DescriptorPrediction((_treeShare * Barrier(trees)) + ((1 - _treeShare) * Barrier(process)), deviation, openness);
    }

    /// <summary>Puts the environments of a path behind its descriptors, where the model reads them.</summary>
    /// <param name="descriptors">[n_descriptors] of the path.</param>
    /// <param name="band">The path.</param>
    /// <returns>What <see cref="Predict"/> takes.</returns>
    public double[] Describe(double[] descriptors, Band band) => Environments is null ? descriptors : [.. descriptors, .. Environments.Compute(band)];

    /// <summary>ln(Em + <see cref="Offset"/>), which models and intervals work in.</summary>
    /// <param name="barrier">eV; below 0 it counts as 0.</param>
    public static double Logarithm(double barrier) => Math.Log(Math.Max(0, barrier) + Offset);

    /// <summary>Writes the model to a file.</summary>
    public void Save(string file) => SafeTensorsFile.Save(
        file,
        [.. _trees.Save("trees"), .. _process.Save("process"), SafeTensorsEntry.Create<double>("tree_share", [_treeShare]), .. Environments?.Save("environments") ?? []]);

    /// <summary>Takes a model from a file that was read.</summary>
    /// <param name="file">Its contents.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="descriptors">Descriptors that it must read, environments not counted; left out, those of <see cref="PathDescriptors"/>.</param>
    /// <exception cref="InvalidInputException">It holds no such model, or one over other descriptors.</exception>
    public static DescriptorModel Load(SafeTensorsFile file, string source, int? descriptors = null)
    {
        try
        {
            var columns = descriptors ?? PathDescriptors.Names.Count;
            var environments = EnvironmentDescriptors.Load(file, "environments");
            var behind = environments?.Count ?? 0;
            // Files of before there was a choice have no share.
            var share = file.Find("tree_share") is { } stored ? stored.ToArray<double>() : [0.5];
            return share is not [>= 0 and <= 1]
                ? throw new ArgumentException("tree_share must be one number from 0 to 1")
                : new DescriptorModel(
                    ExtraTrees.Load(file, "trees", columns), GaussianProcess.Load(file, "process", columns + behind, behind), share[0], columns, environments);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new InvalidInputException($"no descriptor model of this version: {e.Message.Split('\n')[0]}", source);
        }
    }

    private static double Barrier(double logarithm) => Math.Max(0, Math.Exp(Math.Clamp(logarithm, -Extreme, Extreme)) - Offset);
}
