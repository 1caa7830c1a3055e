using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>How a <see cref="DescriptorModel"/> is fitted.</summary>
public sealed record DescriptorModelOptions
{
    /// <summary>Trees.</summary>
    public ExtraTreesOptions Trees { get; set; } = new();

    /// <summary>Support vectors.</summary>
    public SupportVectorOptions Vectors { get; set; } = new();
}

/// <summary>
/// Barriers from descriptors of the path: extremely randomized trees and a support vector regression, both on the logarithm of the barrier;
/// the prediction is the mean of the two in eV. Trees follow steps, the kernel follows slopes; their errors differ.
/// </summary>
public sealed class DescriptorModel
{
    /// <summary>Name of the file in a folder of its own.</summary>
    public const string FileName = "descriptors.safetensors";

    // Barriers below it are all the same, eV.
    private const double Smallest = 0.02;

    private readonly ExtraTrees _trees;
    private readonly SupportVectorRegression _vectors;

    private DescriptorModel(ExtraTrees trees, SupportVectorRegression vectors) => (_trees, _vectors) = (trees, vectors);

    /// <summary>Fits a model.</summary>
    /// <param name="descriptors">[n_paths][n_descriptors], as <see cref="PathDescriptors.Compute"/> gives them.</param>
    /// <param name="barriers">[n_paths] eV.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Equal seeds give equal models.</param>
    public static DescriptorModel Fit(IReadOnlyList<double[]> descriptors, IReadOnlyList<double> barriers, DescriptorModelOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(barriers);
        ArgumentNullException.ThrowIfNull(options);
        double[] logarithms = [.. barriers.Select(b => Math.Log(Math.Max(b, Smallest)))];
        return new DescriptorModel(
            ExtraTrees.Fit(descriptors, logarithms, options.Trees, seed), SupportVectorRegression.Fit(descriptors, logarithms, options.Vectors));
    }

    /// <summary>Predicts a path.</summary>
    /// <param name="descriptors">[n_descriptors].</param>
    /// <returns>The barrier, eV; the standard deviation of ln(Em) over the trees; and how far the path lies from the training paths
    /// (<see cref="SupportVectorRegression.DistanceToNearest"/>).</returns>
    public (double Barrier, double LogarithmicSpread, double Distance) Predict(ReadOnlySpan<double> descriptors)
    {
        var (mean, spread) = _trees.Predict(descriptors);
        // A kernel may run away where it has seen nothing: ten times the trees' answer is as far as it is believed.
        var vectors = Math.Clamp(_vectors.Predict(descriptors), mean - Math.Log(10), mean + Math.Log(10));
        return ((Math.Exp(mean) + Math.Exp(vectors)) / 2, spread, _vectors.DistanceToNearest(descriptors));
    }

    /// <summary>Writes the model to a file.</summary>
    public void Save(string file) => SafeTensorsFile.Save(file, [.. _trees.Save("trees"), .. _vectors.Save("vectors")]);

    /// <summary>Takes a model from a file that was read.</summary>
    /// <param name="file">Its contents.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InvalidInputException">It holds no such model, or one over other descriptors.</exception>
    public static DescriptorModel Load(SafeTensorsFile file, string source)
    {
        try
        {
            var columns = PathDescriptors.Names.Count;
            return new DescriptorModel(ExtraTrees.Load(file, "trees", columns), SupportVectorRegression.Load(file, "vectors", columns));
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new InvalidInputException($"no descriptor model of this version: {e.Message.Split('\n')[0]}", source);
        }
    }
}
