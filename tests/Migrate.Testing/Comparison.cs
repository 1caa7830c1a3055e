using System.Globalization;

namespace Migrate.Testing;

/// <summary>The one comparison of numbers in tests: |actual − expected| ≤ absolute + relative · |expected|. NaN equals nothing.</summary>
public static class Comparison
{
    /// <summary>True if the two are close.</summary>
    public static bool IsClose(double expected, double actual, double absolute, double relative = 0) =>
        expected.Equals(actual) || Math.Abs(actual - expected) <= absolute + (relative * Math.Abs(expected));

    /// <summary>Throws, with the first difference, unless all values are close and the lengths equal.</summary>
    public static void Require(
        ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double absolute, double relative = 0, string what = "value")
    {
        if (expected.Length != actual.Length)
        {
            throw new ComparisonException($"{what}: {actual.Length} values, expected {expected.Length}");
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (!IsClose(expected[i], actual[i], absolute, relative))
            {
                throw new ComparisonException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}[{i}]: {actual[i]:r}, expected {expected[i]:r}, allowed difference {absolute:g3} + {relative:g3} relative"));
            }
        }
    }

    /// <summary>Throws unless the two are close.</summary>
    public static void Require(double expected, double actual, double absolute, double relative = 0, string what = "value") =>
        Require([expected], [actual], absolute, relative, what);

    private sealed class ComparisonException(string message) : Exception(message);
}
