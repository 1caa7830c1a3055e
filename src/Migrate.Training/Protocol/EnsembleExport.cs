using Migrate.Baselines;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>Makes the model folder of an ensemble row from its fits on all training paths: what <c>--model</c> takes, and what the program ships.</summary>
internal static class EnsembleExport
{
    public const string FolderName = "model";

    /// <summary>Writes the folder.</summary>
    /// <param name="row">The ensemble.</param>
    /// <param name="folder">Folder of the row.</param>
    /// <param name="fit">Folder of the fit on all training paths.</param>
    /// <param name="training">The training paths.</param>
    /// <param name="outOfFold">Its cross-validation.</param>
    /// <returns>The model folder.</returns>
    public static string Write(RowOptions row, string folder, string fit, PathStore training, IReadOnlyList<ProtocolRow> outOfFold)
    {
        var model = Path.Combine(folder, FolderName);
        var file = Path.Combine(fit, "descriptors", DescriptorModel.FileName);
        var descriptors = DescriptorModel.Load(SafeTensorsFile.Load(file), file);
        var config = new EnsembleConfig
        {
            DescriptorWeight = row.DescriptorWeight,
            Calibration = ProtocolRow.Fit(outOfFold.Where(r => r.Row.Seed == row.Seeds[0])),
            Domain = Domain(training, row, descriptors),
        };
        ModelFiles.Save(
            model,
            config,
            [.. Enumerable.Range(0, row.Networks).Select(k => Path.Combine(fit, $"network-{k}", "best"))],
            descriptors);
        return model;
    }

    // How open paths are whose framework was left out of the fit says what is usual for a new framework.
    private static ApplicabilityDomain Domain(PathStore training, RowOptions row, DescriptorModel whole)
    {
        double[][] descriptors = [.. Enumerable.Range(0, training.Count).Select(i => whole.Describe(training.Load(i)))];
        var folds = GroupedFolds.Create(training.GroupKeys, row.Folds, row.FoldSeed);
        var openness = new List<double>();
        for (var f = 0; f < row.Folds; f++)
        {
            int[] members = [.. Enumerable.Range(0, training.Count).Where(i => folds[i] != f)];
            var model = DescriptorModel.Fit(
                [.. members.Select(i => descriptors[i])],
                [.. members.Select(i => training.Barriers[i])],
                [.. members.Select(i => training.GroupKeys[i])],
                row.Descriptors,
                row.Seeds[0],
                whole.Environments);
            openness.AddRange(Enumerable.Range(0, training.Count).Where(i => folds[i] == f).Select(i => model.Predict(descriptors[i]).Openness));
        }

        openness.Sort();
        return new ApplicabilityDomain
        {
            Ions = [.. training.Ions.Distinct().Order(StringComparer.Ordinal)],
            Elements = [.. Enumerable.Range(0, training.Count).SelectMany(i => Elements(training.Load(i))).Distinct().Order(StringComparer.Ordinal)],
            LargestOpenness = openness[(int)(0.99 * (openness.Count - 1))],
        };
    }

    private static IEnumerable<string> Elements(Band band) =>
        Enumerable.Range(band.ImageCount, band.Structure.Count - band.ImageCount).Select(i => band.Structure[i].Element.Symbol).Distinct();
}
