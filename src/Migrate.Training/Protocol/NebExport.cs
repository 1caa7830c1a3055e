using Migrate.Baselines;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Training.Protocol;

/// <summary>Makes the files of a <see cref="NebModel"/> from a row's fit on all training paths: to be laid into the folder of an ensemble, that of its networks where it has some.</summary>
internal static class NebExport
{
    /// <summary>Writes the folder.</summary>
    /// <param name="row">The row.</param>
    /// <param name="folder">Folder of the row.</param>
    /// <param name="fit">Folder of the descriptor model's fit on all training paths.</param>
    /// <param name="training">The training paths.</param>
    /// <param name="outOfFold">Its cross-validation.</param>
    /// <param name="bands">The bands it has learned from.</param>
    /// <param name="cancel">Stops at the next safe moment.</param>
    /// <returns>The model folder.</returns>
    public static string Write(
        RowOptions row, string folder, string fit, PathStore training, IReadOnlyList<ProtocolRow> outOfFold, NebTable bands, CancellationToken cancel)
    {
        var barriers = bands.Of(training, cancel);
        // Paths without a band are predicted, and calibrated, by the plain model.
        var relaxed = Enumerable.Range(0, training.Count).Where(i => barriers[i] is not null).Select(i => training.Names[i]).ToHashSet(StringComparer.Ordinal);
        var file = Path.Combine(fit, NebModel.FileName);
        var model = Path.Combine(folder, EnsembleExport.FolderName);
        new NebModel(
            new NebModelConfig
            {
                Potential = row.Potential,
                WeightsHash = bands.WeightsHash,
                Bands = bands.Identity,
                DescriptorWeight = row.Kind == RowKind.Ensemble ? row.DescriptorWeight : 1,
                Calibration = ProtocolRow.Fit(outOfFold.Where(r => r.Row.Seed == row.Seeds[0] && relaxed.Contains(r.Row.Name))),
            },
            DescriptorModel.Load(SafeTensorsFile.Load(file), file, NebDescriptors.Names.Count)).Save(model);
        return model;
    }
}
