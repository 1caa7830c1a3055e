using System.Text.Json;
using Migrate.Baselines.Catalogue;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Trees;

/// <summary>
/// Barriers from selected descriptors of the catalogue by a random forest or by gradient boosting, fitted to the logarithm of the barrier: the
/// baselines RFR and GBR. A folder holds <c>baseline.json</c> and <c>trees.safetensors</c>.
/// </summary>
public sealed class TreeModel
{
    private const string TreesFile = "trees.safetensors";

    // No barrier is believed beyond exp(±this) − Offset eV.
    private const double Extreme = 2.3;

    private readonly TreeEnsemble _trees;
    private readonly int[] _columns;

    private TreeModel(TreeModelInfo info, TreeEnsemble trees, int[] columns) => (Info, _trees, _columns) = (info, trees, columns);

    /// <summary>What the model is made of.</summary>
    public TreeModelInfo Info { get; }

    /// <summary>Selects descriptors, chooses how trees grow by cross-validation, and fits; nothing but the data given is looked at.</summary>
    /// <param name="descriptors">[n_paths], as <see cref="DescriptorCatalogue.Compute(Band)"/> gives them.</param>
    /// <param name="barriers">[n_paths] eV.</param>
    /// <param name="folds">[n_paths] inner fold of each path, from 0; paths through one framework share theirs.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    /// <exception cref="ArgumentException">Too few data, or no descriptor tells anything of the barrier.</exception>
    public static TreeModel Fit(IReadOnlyList<double[]> descriptors, IReadOnlyList<double> barriers, IReadOnlyList<int> folds, TreeModelOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentNullException.ThrowIfNull(barriers);
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var selection = DescriptorSelection.Fit(descriptors, barriers, options.SmallestCorrelation, options.Columns);
        var search = new TreeSearch(descriptors, barriers, folds, options, seed);
        var (growth, mae) = search.Choose();
        var importances = search.Importances(growth);
        var trees = TreeEnsemble.Fit(
            [.. descriptors.Select(row => Pick(row, selection.Columns))], [.. barriers.Select(DescriptorModel.Logarithm)], options.Method, options.Trees, growth, seed);
        var info = new TreeModelInfo
        {
            Method = options.Method,
            Catalogue = DescriptorCatalogue.Version,
            Trees = options.Trees,
            Growth = growth,
            InnerMae = mae,
            TrainingPaths = barriers.Count,
            Threshold = selection.Threshold,
            Descriptors = [.. selection.Columns.Select((c, k) => new SelectedDescriptor(
                DescriptorCatalogue.All[c].Name, selection.Correlations[k], importances.GetValueOrDefault(c)))],
        };
        return new TreeModel(info, trees, [.. selection.Columns]);
    }

    /// <summary>Predicts a path.</summary>
    /// <param name="descriptors">All descriptors of the catalogue.</param>
    /// <returns>eV.</returns>
    /// <exception cref="InvalidInputException">A descriptor that the model needs is missing on this machine.</exception>
    public double Predict(double[] descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        var row = Pick(descriptors, _columns);
        return Array.FindIndex(row, value => !double.IsFinite(value)) is var missing and >= 0
            ? throw new InvalidInputException(
                $"the model needs '{Info.Descriptors[missing].Name}', which is not known here: was the native library built with Voro++ and spglib (migrate info)?")
            : Barrier(_trees.Predict(row));
    }

    /// <summary>Writes the model's folder; a reader sees the old files or the new ones.</summary>
    /// <param name="folder">Where to; it is made where it is missing.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsFile.Save(Path.Combine(folder, TreesFile), [.. _trees.Save()]);
        AtomicFile.Write(Path.Combine(folder, TreeModelInfo.FileName), stream => JsonSerializer.Serialize(stream, Info, BaselineJson.Default.TreeModelInfo));
    }

    /// <summary>True for a folder that holds such a model.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, TreeModelInfo.FileName));

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or of another catalogue of descriptors.</exception>
    public static TreeModel Read(string folder)
    {
        var (info, trees) = (Path.Combine(folder, TreeModelInfo.FileName), Path.Combine(folder, TreesFile));
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllText(info), BaselineJson.Default.TreeModelInfo) ?? throw new ArgumentException("is null");
            if (read.Format != TreeModelInfo.CurrentFormat || read.Catalogue != DescriptorCatalogue.Version || read.ImageCount < 2)
            {
                throw new ArgumentException($"format {read.Format} with descriptors of version {read.Catalogue}; this program reads "
                    + $"format {TreeModelInfo.CurrentFormat} with descriptors of version {DescriptorCatalogue.Version}");
            }

            var places = DescriptorCatalogue.All.Select((d, k) => (d.Name, k)).ToDictionary(d => d.Name, d => d.k, StringComparer.Ordinal);
            int[] columns = [.. read.Descriptors.Select(d => places.TryGetValue(d.Name, out var place) ? place : throw new ArgumentException($"unknown descriptor '{d.Name}'"))];
            return new TreeModel(read, TreeEnsemble.Load(SafeTensorsFile.Load(trees), columns.Length), columns);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or KeyNotFoundException or IOException)
        {
            throw new InvalidInputException($"no model of trees: {e.Message.Split('\n')[0]}", info);
        }
    }

    internal static double[] Pick(double[] row, IReadOnlyList<int> columns) => [.. columns.Select(c => row[c])];

    internal static double Barrier(double logarithm) => Math.Max(0, Math.Exp(Math.Clamp(logarithm, -Extreme, Extreme)) - DescriptorModel.Offset);
}
