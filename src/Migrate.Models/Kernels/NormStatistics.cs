using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Statistics of a norm for one pass: of the batch, or frozen.</summary>
/// <param name="Mean">[C].</param>
/// <param name="Inverse">[C] 1/√(variance + ε).</param>
/// <param name="Total">Sum of the multiplicities; 0 with frozen statistics.</param>
internal readonly record struct NormStatistics(Tensor Mean, Tensor Inverse, double Total)
{
    // A sum on a GPU is waited for. The multiplicities of a batch never change, so that once is enough.
    private static readonly ConditionalWeakTable<Tensor, StrongBox<double>> Totals = [];

    /// <summary>Statistics of rows in training mode, running statistics else; updates the running ones.</summary>
    public static NormStatistics Of(ITrainingPasses passes, WeightedBatchNorm norm, Tensor rows, Tensor? multiplicity)
    {
        if (!norm.training || rows.size(0) == 0)
        {
            return Frozen(norm); // of no rows there is nothing to normalize, and nothing to learn from
        }

        var (mean, variance) = passes.Statistics(rows, multiplicity);
        return OfBatch(norm, mean, variance, rows.size(0), multiplicity);
    }

    /// <summary>Statistics from the mean and variance of a batch with rows; updates the running ones.</summary>
    public static NormStatistics OfBatch(WeightedBatchNorm norm, Tensor mean, Tensor variance, long rows, Tensor? multiplicity)
    {
        var total = multiplicity is null ? rows : Totals.GetValue(multiplicity, SumOf).Value;
        norm.Track(mean, variance, total);
        return new NormStatistics(mean, (variance + WeightedBatchNorm.Epsilon).rsqrt(), total);
    }

    /// <summary>The running statistics.</summary>
    public static NormStatistics Frozen(WeightedBatchNorm norm) =>
        new(norm.RunningMean, (norm.RunningVariance + WeightedBatchNorm.Epsilon).rsqrt(), 0);

    /// <summary>residual + silu(norm(rows)).</summary>
    public Tensor Activate(ITrainingPasses passes, Tensor rows, Tensor? residual, Tensor gamma, Tensor beta)
    {
        var scale = gamma * Inverse;
        return passes.Activate(rows, residual, scale, beta - (Mean * scale));
    }

    private static StrongBox<double> SumOf(Tensor multiplicity)
    {
        using var sum = multiplicity.sum(ScalarType.Float64);
        return new StrongBox<double>(sum.item<double>());
    }
}
