using Migrate.Models;

namespace Migrate.Cli.Commands;

/// <summary>From the options --target-min and --target-max to the scaling of each output.</summary>
internal static class TargetRange
{
    /// <summary>One scaler for each output: what is given, else that of the published barriers, and of properties the identity.</summary>
    /// <param name="config">The network.</param>
    /// <param name="minima">Smallest training value of each output, or none.</param>
    /// <param name="maxima">Largest training value of each output, or none.</param>
    /// <exception cref="UsageException">Numbers for some of the outputs only.</exception>
    public static IReadOnlyList<TargetScaler> Scalers(CheckpointConfig config, double[] minima, double[] maxima)
    {
        var (outputs, published) = (config.Model.Outputs, UpstreamImport.PublishedScaler);
        if (config.PredictsBarrier && minima.Length <= 1 && maxima.Length <= 1)
        {
            return [published with { Minimum = minima is [var low] ? low : published.Minimum, Maximum = maxima is [var high] ? high : published.Maximum }];
        }

        if (minima.Length == 0 && maxima.Length == 0)
        {
            return [.. Enumerable.Repeat(TargetScaler.Identity, outputs)];
        }

        // Mean and deviation cancel in the scaling, and are not known.
        return minima.Length == outputs && maxima.Length == outputs
            ? [.. minima.Zip(maxima, (low, high) => new TargetScaler((low + high) / 2, 1, low, high))]
            : throw new UsageException($"--target-min and --target-max need a number for each of the outputs, which are {outputs}, not {minima.Length} and {maxima.Length}");
    }
}
