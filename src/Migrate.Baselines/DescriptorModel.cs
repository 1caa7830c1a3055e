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

    /// <summary>Share of the trees in the mean, 0 to 1; the processes have the rest.</summary>
    public double TreeShare { get; set; } = 0.5;

    /// <summary>A second Gaussian process, of the halves of the path; null for none.</summary>
    public GaussianProcessOptions? Halves { get; set; }

    /// <summary>Share of the process of the halves in that of both, 0 to 1.</summary>
    public double HalvesShare { get; set; } = 0.5;
}

/// <summary>What a <see cref="DescriptorModel"/> says of a path.</summary>
/// <param name="Barrier">eV.</param>
/// <param name="Spread">Standard deviation of ln(Em + <see cref="DescriptorModel.Offset"/>).</param>
/// <param name="Openness">0 for a path like those learned from, 1 for one like none of them (<see cref="GaussianProcess.Predict"/>).</param>
public readonly record struct DescriptorPrediction(double Barrier, double Spread, double Openness);

/// <summary>
/// Barriers from descriptors of the path: extremely randomized trees and a Gaussian process, both on the logarithm of the barrier; the
/// prediction is the weighted mean of the two in eV. Trees follow steps, the process follows slopes; their errors differ. The process may read
/// <see cref="EnvironmentDescriptors"/> as well, in a kernel of their own beside that of the descriptors; trees gain nothing from them. A second process may read
/// profile and environment of the two <see cref="PathHalves"/>, as the mean of a function of each: where the ion stands when it is half-way to the middle, and
/// which end belongs to which flank, no number of the whole path says.
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
    private readonly GaussianProcess? _halves;
    private readonly double _treeShare, _halvesShare;
    private readonly int _columns;

    private DescriptorModel(
        ExtraTrees trees, GaussianProcess process, GaussianProcess? halves, (double Trees, double Halves) shares, int columns, EnvironmentDescriptors? environments) =>
        (_trees, _process, _halves, _treeShare, _halvesShare, _columns, Environments) = (trees, process, halves, shares.Trees, shares.Halves, columns, environments);

    /// <summary>What the processes read beside the descriptors, or null.</summary>
    public EnvironmentDescriptors? Environments { get; }

    // Numbers that trees and the process of the whole path read.
    private int Whole => _columns + (Environments?.Count ?? 0);

    /// <summary>Fits a model.</summary>
    /// <param name="rows">[n_paths][n_numbers], as <see cref="PathFeatures.Row"/> gives them.</param>
    /// <param name="barriers">[n_paths] eV.</param>
    /// <param name="groups">[n_paths] equal for paths through one framework.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    /// <param name="environments">What made the environments in the rows, or null where there are none.</param>
    public static DescriptorModel Fit(
        IReadOnlyList<double[]> rows, IReadOnlyList<double> barriers, IReadOnlyList<string> groups, DescriptorModelOptions options, int seed,
        EnvironmentDescriptors? environments = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(barriers);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        double[] logarithms = [.. barriers.Select(Logarithm)];
        var sizes = groups.CountBy(g => g).ToDictionary(StringComparer.Ordinal);
        double[] weights = [.. groups.Select(g => Math.Pow(sizes[g], GroupPower))];
        var behind = environments?.Count ?? 0;
        var length = rows.Count == 0 ? 0 : rows[0].Length;
        var columns = options.Halves is null ? length - behind : Columns(length, behind);
        double[][] Part(int from, int to) => [.. rows.Select(row => row[from..to])];
        return new DescriptorModel(
            ExtraTrees.Fit(Part(0, columns), logarithms, weights, options.Trees, seed),
            GaussianProcess.Fit(Part(0, columns + behind), logarithms, groups, options.Process, behind),
            options.Halves is null ? null : GaussianProcess.Fit(Part(columns + behind, length), logarithms, groups, options.Halves, behind, PathHalves.Count),
            (options.TreeShare, options.HalvesShare),
            columns,
            environments);
    }

    /// <summary>Predicts a path.</summary>
    /// <param name="row">[n_numbers] as it was fitted with.</param>
    public DescriptorPrediction Predict(ReadOnlySpan<double> row)
    {
        var (trees, _) = _trees.Predict(row[.._columns]);
        var (process, deviation, openness) = _process.Predict(row[..Whole]);
        var barrier = Barrier(process);
        if (_halves is not null)
        {
            var (mean, halvesDeviation, halvesOpenness) = _halves.Predict(row[Whole..]);
            double Mixed(double whole, double halves) => ((1 - _halvesShare) * whole) + (_halvesShare * halves);
            (barrier, deviation, openness) = (Mixed(barrier, Barrier(mean)), Mixed(deviation, halvesDeviation), Mixed(openness, halvesOpenness));
        }

        return new DescriptorPrediction((_treeShare * Barrier(trees)) + ((1 - _treeShare) * barrier), deviation, openness);
    }

    /// <summary>The numbers of a path that the model reads.</summary>
    /// <param name="band">The path.</param>
    /// <param name="told">What the model reads of the path besides its own descriptors: <see cref="NebDescriptors.Of"/>, or nothing.</param>
    /// <returns>What <see cref="Predict"/> takes.</returns>
    public double[] Describe(Band band, ReadOnlySpan<double> told = default) => PathFeatures.Compute(band, Environments, _halves is not null).Row(told);

    /// <summary>ln(Em + <see cref="Offset"/>), which models and intervals work in.</summary>
    /// <param name="barrier">eV; below 0 it counts as 0.</param>
    public static double Logarithm(double barrier) => Math.Log(Math.Max(0, barrier) + Offset);

    /// <summary>Writes the model to a file.</summary>
    public void Save(string file) => SafeTensorsFile.Save(
        file,
        [
            .. _trees.Save("trees"), .. _process.Save("process"), SafeTensorsEntry.Create<double>("tree_share", [_treeShare]),
            .. Environments?.Save("environments") ?? [],
            .. _halves is null ? [] : _halves.Save("halves").Append(SafeTensorsEntry.Create<double>("halves_share", [_halvesShare])),
        ]);

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
            var share = file.Find("tree_share") is { } stored ? Share(stored) : 0.5;
            var halves = file.Find("halves_share") is { } half ? Share(half) : (double?)null;
            return new DescriptorModel(
                ExtraTrees.Load(file, "trees", columns),
                GaussianProcess.Load(file, "process", columns + behind, behind),
                halves is null ? null : GaussianProcess.Load(file, "halves", HalfColumns(columns) + behind, behind, PathHalves.Count),
                (share, halves ?? 0),
                columns,
                environments);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new InvalidInputException($"no descriptor model of this version: {e.Message.Split('\n')[0]}", source);
        }
    }

    private static double Share(SafeTensorsEntry stored) => stored.ToArray<double>() is [>= 0 and <= 1] share
        ? share[0]
        : throw new ArgumentException($"{stored.Name} must be one number from 0 to 1");

    // A half has what the whole path has, but for the host.
    private static int HalfColumns(int columns) => columns - PathDescriptors.HostCount;

    private static int Columns(int length, int behind)
    {
        var (whole, rest) = Math.DivRem(length + (PathHalves.Count * PathDescriptors.HostCount), 1 + PathHalves.Count);
        var columns = whole - behind;
        return rest == 0 && columns >= PathDescriptors.Names.Count
            ? columns
            : throw new ArgumentException($"{length} numbers of a path are not those of a path and its halves");
    }

    private static double Barrier(double logarithm) => Math.Max(0, Math.Exp(Math.Clamp(logarithm, -Extreme, Extreme)) - Offset);
}
