using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;
using TorchSharp;

namespace Migrate.Models;

/// <summary>
/// Turns a state dict of the published MODEL-3 code (safetensors) into a checkpoint folder. Sizes are read off the tensors; the
/// weights are copied as they are, in their own dtype.
/// </summary>
public static class UpstreamImport
{
    /// <summary>Smallest and largest barrier (eV) of the 559 published training paths, which scale the published outputs.</summary>
    public static TargetScaler PublishedScaler { get; } = new(0.844, 0.840, 0.0035, 8.77);

    /// <summary>Imports a state dict.</summary>
    /// <param name="file">A safetensors file.</param>
    /// <param name="folder">Checkpoint folder to write.</param>
    /// <param name="graph">Graph settings that the weights were trained with.</param>
    /// <param name="imageCount">Images in a band.</param>
    /// <param name="scaler">Target statistics of the training.</param>
    /// <returns>The sizes found.</returns>
    /// <exception cref="InvalidInputException">The tensors are not those of this architecture.</exception>
    public static AlignnOptions Run(string file, string folder, GraphSettings graph, int imageCount, TargetScaler scaler)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(scaler);
        graph.Validate();
        scaler.Validate();
        var weights = SafeTensorsFile.Load(file);
        var options = Infer(weights, file);
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], file);
        }

        // Loading it once is the check of every name, shape and dtype.
        using (var network = new Alignn(options, new TorchConvolutionKernels(), torch.ScalarType.Float32, torch.CPU))
        {
            StateDict.Load(weights, file, StateDict.Of(network));
        }

        var config = new CheckpointConfig { Model = options, Graph = graph, ImageCount = imageCount };
        Checkpoint.Save(folder, path => SafeTensorsFile.Save(path, weights.Entries, weights.Metadata), config, scaler);
        return options;
    }

    private static AlignnOptions Infer(SafeTensorsFile weights, string file)
    {
        var atoms = Matrix(weights, "atom_embedding.layer.0.weight", file);
        var bonds = Matrix(weights, "edge_embedding.1.layer.0.weight", file);
        var angles = Matrix(weights, "angle_embedding.1.layer.0.weight", file);
        if (weights.Find("fc_out.1.weight") is not null)
        {
            throw new InvalidInputException("has more than one head (fc_out.1); only one-output weights of MODEL-3 can be imported", file);
        }

        var marks = atoms.Columns - AlignnOptions.CgcnnFeatureCount;
        if (marks is not (0 or ImageMarks.FeatureCount))
        {
            throw new InvalidInputException(
                $"reads {atoms.Columns} atom features; known are {AlignnOptions.CgcnnFeatureCount} (CGCNN) and "
                + $"{AlignnOptions.CgcnnFeatureCount + ImageMarks.FeatureCount} (with image marks)",
                file);
        }

        return new AlignnOptions
        {
            BondBins = bonds.Columns,
            BondRange = LastCenter(weights, file),
            AngleBins = angles.Columns,
            EmbeddingFeatures = bonds.Rows,
            HiddenFeatures = atoms.Rows,
            AlignnLayers = CountLayers(weights, "alignn_layers."),
            GcnLayers = CountLayers(weights, "gcn_layers."),
            MarkImages = marks > 0,
        };
    }

    private static (int Rows, int Columns) Matrix(SafeTensorsFile weights, string name, string file) =>
        weights.Find(name) is { Shape: [> 0 and <= 65536, > 0 and <= 65536] } entry
            ? ((int)entry.Shape[0], (int)entry.Shape[1])
            : throw new InvalidInputException($"no matrix {name}; this is no ALIGNN state dict", file);

    private static double LastCenter(SafeTensorsFile weights, string file) =>
        weights.Find("edge_embedding.0.centers") is { DType: "F32", Shape: [>= 2] } centers
            ? centers.ToArray<float>()[^1]
            : throw new InvalidInputException("no float32 tensor edge_embedding.0.centers; the centres of the Gaussians belong to the weights", file);

    private static int CountLayers(SafeTensorsFile weights, string prefix) => 1 + weights.Entries
        .Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(e => int.TryParse(e.Name[prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : -1)
        .Where(i => i < 1000)
        .DefaultIfEmpty(-1)
        .Max();
}
