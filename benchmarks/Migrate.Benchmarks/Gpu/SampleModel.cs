using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Benchmarks.Gpu;

/// <summary>A checkpoint with random weights, the same on every machine, made without libtorch.</summary>
internal static class SampleModel
{
    // Range of the published training barriers, eV. Mean and deviation cancel in the map from outputs to barriers.
    private static readonly TargetScaler Scaler = new(Mean: 0.65, StandardDeviation: 0.85, Minimum: 0.0035, Maximum: 8.77);

    /// <summary>Writes the folder, unless it is there.</summary>
    public static void Ensure(string folder, AlignnOptions options)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        var random = new Random(1);
        var tensors = AlignnTensors.Of(options).Select(t => SafeTensorsEntry.Create<float>(
            t.Name, Values(t.Name, t.Shape, options, random), [.. t.Shape.Select(n => (long)n)])).ToList();
        Checkpoint.Save(
            folder, path => SafeTensorsFile.Save(path, tensors), new CheckpointConfig { Model = options, Graph = GraphSettings.Published }, [Scaler]);
    }

    private static float[] Values(string name, int[] shape, AlignnOptions options, Random random)
    {
        var count = shape.Aggregate(1, (product, length) => product * length);
        var part = name[(name.LastIndexOf('.') + 1)..];
        if (part == "centers")
        {
            var (low, high) = name.StartsWith("edge", StringComparison.Ordinal) ? (0, options.BondRange) : (-1, 1);
            return [.. Enumerable.Range(0, count).Select(i => (float)(low + ((high - low) * i / (count - 1))))];
        }

        // Linear layers as torch draws them: uniform, ±1/sqrt(inputs); their biases by the hidden width.
        var bound = 1 / Math.Sqrt(shape.Length == 2 ? shape[1] : options.HiddenFeatures);
        var norm = name.Contains("bn_", StringComparison.Ordinal) || name.Contains("layer.1.", StringComparison.Ordinal);
        return part switch
        {
            "running_mean" => new float[count],
            "running_var" => [.. Enumerable.Repeat(1f, count)],
            "weight" when norm => [.. Enumerable.Repeat(1f, count)],
            "bias" when norm => new float[count],
            _ => [.. Enumerable.Range(0, count).Select(_ => (float)(bound * ((2 * random.NextDouble()) - 1)))],
        };
    }
}
