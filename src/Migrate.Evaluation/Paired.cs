namespace Migrate.Evaluation;

/// <summary>The checks that every door of this project shares.</summary>
internal static class Paired
{
    /// <summary>Expected and predicted values must pair up: same length, at least one, all finite.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the position.</exception>
    public static void Check(ReadOnlySpan<double> expected, ReadOnlySpan<double> predicted)
    {
        if (expected.Length != predicted.Length)
        {
            throw new ArgumentException($"{expected.Length} expected values but {predicted.Length} predictions; they must pair up");
        }

        Check(expected, "expected value");
        Check(predicted, "prediction");
    }

    /// <summary>At least one value, all finite.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Check(ReadOnlySpan<double> values, string what)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException($"no {what}s; at least one is needed");
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException($"{what} {i + 1} of {values.Length} is {values[i]}; finite numbers are needed");
            }
        }
    }
}
