using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;
using TorchSharp;

namespace Migrate.Models;

/// <summary>
/// Turns a state dict of the published code (safetensors) into a checkpoint folder. Variant and sizes are read off the tensors; the
/// weights are copied as they are, in their own dtype.
/// </summary>
public static class UpstreamImport
{
    /// <summary>Smallest and largest barrier (eV) of the 559 published training paths, which scale the published outputs.</summary>
    public static TargetScaler PublishedScaler { get; } = new(0.844, 0.840, 0.0035, 8.77);

    /// <summary>Imports a state dict.</summary>
    /// <param name="file">A safetensors file.</param>
    /// <param name="folder">Checkpoint folder to write.</param>
    /// <param name="graph">Graph settings that the weights were trained with; asked for the variant.</param>
    /// <param name="imageCount">Images in a band, 0 for a network that reads plain structures; null for 5, or 0 where it has several outputs.</param>
    /// <param name="scaling">Target statistics of the training, one for each output; asked for the configuration found.</param>
    /// <param name="architecture">
    /// The variant, where it cannot be told by the names: MODEL-1-ADD and -SUB look like MODEL-3, which is taken without it, and SCRATCH-ADD
    /// and -SUB like the original ALIGNN.
    /// </param>
    /// <returns>The configuration written: variant and sizes found.</returns>
    /// <exception cref="InvalidInputException">The tensors are not those of this architecture.</exception>
    public static CheckpointConfig Run(
        string file,
        string folder,
        Func<AlignnVariant, GraphSettings> graph,
        int? imageCount,
        Func<CheckpointConfig, IReadOnlyList<TargetScaler>> scaling,
        AlignnVariant? architecture = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(scaling);
        var weights = SafeTensorsFile.Load(file);
        var options = Infer(weights, file, architecture);
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(e.Message.Split('\n')[0], file);
        }

        var config = new CheckpointConfig
        {
            Architecture = options.Variant.Name(),
            Model = options,
            Graph = graph(options.Variant),
            ImageCount = imageCount ?? (options.Outputs > 1 ? 0 : 5),
        };
        config.Validate();
        var scalers = scaling(config);
        foreach (var scaler in scalers)
        {
            scaler.Validate();
        }

        // Loading it once is the check of every name, shape and dtype.
        using (var network = new Alignn(options, new TorchConvolutionKernels(), torch.ScalarType.Float32, torch.CPU))
        {
            StateDict.Load(weights, file, StateDict.Of(network));
        }

        Checkpoint.Save(folder, path => SafeTensorsFile.Save(path, weights.Entries, weights.Metadata), config, scalers);
        return config;
    }

    private static AlignnOptions Infer(SafeTensorsFile weights, string file, AlignnVariant? architecture)
    {
        var atoms = Matrix(weights, "atom_embedding.layer.0.weight", file);
        var bonds = Matrix(weights, "edge_embedding.1.layer.0.weight", file);
        var angles = Matrix(weights, "angle_embedding.1.layer.0.weight", file);
        var variant = architecture ?? VariantOf(weights);
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
            Variant = variant,
            Outputs = Outputs(weights, variant),
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

    private static AlignnVariant VariantOf(SafeTensorsFile weights)
    {
        bool Has(string name) => weights.Find(name) is not null;
        return Has("gcn_layers_1.0.bn_nodes.weight") ? AlignnVariant.Model2
            : Has("attention.linear_q.weight") ? AlignnVariant.Model4
            : Has("fc.0.weight") ? AlignnVariant.ScratchConcat
            : (Has("conv_to_fc.0.weight"), Has("fc.weight")) switch
            {
                (true, true) => AlignnVariant.Model1Concat,
                (false, true) => AlignnVariant.Alignn,
                _ => AlignnVariant.Model3,
            };
    }

    private static int Outputs(SafeTensorsFile weights, AlignnVariant variant)
    {
        var last = variant switch
        {
            AlignnVariant.ScratchConcat => "fc.1.weight",
            AlignnVariant.ScratchAdd or AlignnVariant.ScratchSub or AlignnVariant.Alignn => "fc.weight",
            _ => null,
        };
        return last is null ? Math.Max(1, CountLayers(weights, "fc_out.")) : weights.Find(last) is { Shape: [> 0 and <= 65536, _] } entry ? (int)entry.Shape[0] : 1;
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
