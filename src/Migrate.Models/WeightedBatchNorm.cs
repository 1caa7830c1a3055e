using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Batch normalization over rows where a row may stand for several identical ones: with multiplicities u the statistics are those
/// of the list in which row e occurs u_e times. The published graphs hold every mutual bond twice; this gives their numbers without
/// storing them twice. Variance is biased for normalizing, unbiased (N − 1, N = Σu) for the running value; eps 1e-5, momentum 0.1.
/// Parameter names are those of torch's BatchNorm1d.
/// </summary>
public sealed class WeightedBatchNorm : NetworkPart
{
    /// <summary>Added to the variance (torch's default).</summary>
    public const double Epsilon = 1e-5;

    private const double Momentum = 0.1;
    private readonly Parameter _weight, _bias;
    private readonly Tensor _runningMean, _runningVariance, _batches;

    /// <summary>A norm over <paramref name="channels"/> channels, weight 1 and bias 0.</summary>
    public WeightedBatchNorm(long channels, ScalarType dtype, Device device)
        : base(nameof(WeightedBatchNorm))
    {
        _weight = NewParameter("weight", ones([channels], dtype, device));
        _bias = NewParameter("bias", zeros([channels], dtype, device));
        _runningMean = NewBuffer("running_mean", zeros([channels], dtype, device));
        _runningVariance = NewBuffer("running_var", ones([channels], dtype, device));
        _batches = NewBuffer("num_batches_tracked", zeros([], int64, device));
    }

    /// <summary>[C] γ.</summary>
    public Tensor Weight => _weight;

    /// <summary>[C] β.</summary>
    public Tensor Bias => _bias;

    /// <summary>[C] running mean.</summary>
    public Tensor RunningMean => _runningMean;

    /// <summary>[C] running variance, unbiased.</summary>
    public Tensor RunningVariance => _runningVariance;

    /// <summary>Normalizes rows: by the batch in training mode (and updates the running statistics), by the running statistics else.</summary>
    /// <param name="rows">[R, C].</param>
    /// <param name="multiplicity">[R, 1] copies that row r stands for, or null where each stands for itself.</param>
    /// <returns>[R, C].</returns>
    public Tensor Forward(Tensor rows, Tensor? multiplicity)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!training)
        {
            return nn.functional.batch_norm(rows, _runningMean, _runningVariance, _weight, _bias, false, Momentum, Epsilon);
        }

        using (no_grad())
        {
            _batches.add_(HeldScalar.Of(1));
        }

        return multiplicity is null
            ? nn.functional.batch_norm(rows, _runningMean, _runningVariance, _weight, _bias, true, Momentum, Epsilon)
            : ForwardWeighted(rows, multiplicity);
    }

    /// <summary>Takes the statistics of a batch into the running ones.</summary>
    /// <param name="mean">[C].</param>
    /// <param name="variance">[C] biased.</param>
    /// <param name="total">Sum of the multiplicities.</param>
    internal void Track(Tensor mean, Tensor variance, double total)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        _batches.add_(HeldScalar.Of(1));
        _runningMean.mul_(HeldScalar.Of(1 - Momentum)).add_(mean, HeldScalar.Of(Momentum));
        _runningVariance.mul_(HeldScalar.Of(1 - Momentum)).add_(variance, HeldScalar.Of(Momentum * total / (total - 1)));
    }

    private Tensor ForwardWeighted(Tensor rows, Tensor multiplicity)
    {
        using var scope = NewDisposeScope();
        var total = multiplicity.sum();
        var share = (multiplicity / total).t();            // [1, R], adds up to 1
        var mean = share.matmul(rows);                     // [1, C]
        var centered = rows - mean;
        var variance = share.matmul(centered * centered);  // [1, C], biased
        var normalized = (centered * ((variance + HeldScalar.Of(Epsilon)).rsqrt() * _weight)) + _bias;
        using (no_grad())
        {
            var unbiased = variance * (total / (total - HeldScalar.Of(1)));
            _runningMean.mul_(HeldScalar.Of(1 - Momentum)).add_(mean.squeeze(0), HeldScalar.Of(Momentum));
            _runningVariance.mul_(HeldScalar.Of(1 - Momentum)).add_(unbiased.squeeze(0), HeldScalar.Of(Momentum));
        }

        return normalized.MoveToOuterDisposeScope();
    }
}
