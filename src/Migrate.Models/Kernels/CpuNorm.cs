using Migrate.Native;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Statistics of a norm for one pass: of the batch, or frozen.</summary>
/// <param name="Mean">[C].</param>
/// <param name="Inverse">[C] 1/√(variance + ε).</param>
/// <param name="Total">Sum of the multiplicities; 0 with frozen statistics.</param>
internal readonly record struct NormStatistics(Tensor Mean, Tensor Inverse, double Total);

/// <summary>The native calls around a norm followed by SiLU.</summary>
internal static unsafe class CpuNorm
{
    /// <summary>Statistics of rows in training mode, running statistics else; updates the running ones.</summary>
    public static NormStatistics Statistics(WeightedBatchNorm norm, Tensor rows, Tensor? multiplicity, int threads)
    {
        if (!norm.training)
        {
            return Frozen(norm);
        }

        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var (mean, variance) = (empty([channels], rows.dtype), empty([channels], rows.dtype));
        if (n > 0)
        {
            var call = new NativeColumnStatistics
            {
                Type = type,
                Threads = threads,
                N = n,
                Channels = channels,
                Rows = TensorDoor.Rows(rows, type, n, channels, "rows"),
                Weight = TensorDoor.OptionalVector(multiplicity, type, n, "multiplicity"),
                Mean = TensorDoor.Vector(mean, type, channels, "mean"),
                Variance = TensorDoor.Vector(variance, type, channels, "variance"),
            };
            NativeMethods.Training.ColumnStatistics(call).ThrowIfFailed();
            GC.KeepAlive(rows);
            GC.KeepAlive(multiplicity);
        }

        return OfBatch(norm, mean, variance, n, multiplicity);
    }

    /// <summary>Statistics from a batch's mean and variance; updates the running ones.</summary>
    public static NormStatistics OfBatch(WeightedBatchNorm norm, Tensor mean, Tensor variance, long rows, Tensor? multiplicity)
    {
        var total = multiplicity is null ? rows : multiplicity.sum().to(ScalarType.Float64).item<double>();
        if (rows == 0)
        {
            return Frozen(norm); // nothing to normalize, and nothing to learn from
        }

        norm.Track(mean, variance, total);
        return new NormStatistics(mean, (variance + WeightedBatchNorm.Epsilon).rsqrt(), total);
    }

    public static NormStatistics Frozen(WeightedBatchNorm norm) =>
        new(norm.RunningMean, (norm.RunningVariance + WeightedBatchNorm.Epsilon).rsqrt(), 0);

    /// <summary>residual + silu(norm(rows)).</summary>
    public static Tensor Apply(Tensor rows, Tensor? residual, in NormStatistics statistics, Tensor gamma, Tensor beta, int threads)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var scale = gamma * statistics.Inverse;
        var shift = beta - (statistics.Mean * scale);
        var result = empty([n, channels], rows.dtype);
        var call = new NativeNormSilu
        {
            Type = type,
            Threads = threads,
            N = n,
            Channels = channels,
            Rows = TensorDoor.Rows(rows, type, n, channels, "rows"),
            Residual = residual is null ? null : TensorDoor.Rows(residual, type, n, channels, "residual"),
            Scale = TensorDoor.Vector(scale, type, channels, "scale"),
            Shift = TensorDoor.Vector(shift, type, channels, "shift"),
            Out = TensorDoor.Rows(result, type, n, channels, "out"),
        };
        NativeMethods.Training.NormSilu(call).ThrowIfFailed();
        GC.KeepAlive(rows);
        GC.KeepAlive(residual);
        GC.KeepAlive(scale);
        GC.KeepAlive(shift);
        return result;
    }

    /// <summary>The backward call with its two sums done: [C] gradients of β (Sum) and γ (Dot).</summary>
    public static NativeNormSiluBackward Reduce(
        Tensor grad, Tensor rows, Tensor? multiplicity, in NormStatistics statistics, Tensor gamma, Tensor beta, Tensor sum, Tensor dot, int threads)
    {
        var (type, n, channels) = (TensorDoor.TypeOf(rows), rows.size(0), rows.size(1));
        var call = new NativeNormSiluBackward
        {
            Type = type,
            Threads = threads,
            N = n,
            Channels = channels,
            Grad = TensorDoor.Rows(grad, type, n, channels, "gradient"),
            Rows = TensorDoor.Rows(rows, type, n, channels, "rows"),
            Weight = TensorDoor.OptionalVector(multiplicity, type, n, "multiplicity"),
            Total = statistics.Total,
            Mean = TensorDoor.Vector(statistics.Mean, type, channels, "mean"),
            Inverse = TensorDoor.Vector(statistics.Inverse, type, channels, "inverse"),
            Gamma = TensorDoor.Vector(gamma, type, channels, "gamma"),
            Beta = TensorDoor.Vector(beta, type, channels, "beta"),
            Sum = TensorDoor.Vector(sum, type, channels, "sum"),
            Dot = TensorDoor.Vector(dot, type, channels, "dot"),
        };
        NativeMethods.Training.NormSiluReduce(call).ThrowIfFailed();
        return call;
    }
}
