namespace Migrate.Baselines;

/// <summary>Checks of tables of descriptors.</summary>
internal static class Tables
{
    public static void Check(IReadOnlyList<double[]> rows, IReadOnlyList<double> values)
    {
        if (rows.Count == 0 || rows.Count != values.Count)
        {
            throw new ArgumentException($"{rows.Count} rows and {values.Count} values; there must be as many of both, and one at least");
        }

        if (rows.Any(row => row.Length != rows[0].Length || !row.All(double.IsFinite)) || !values.All(double.IsFinite))
        {
            throw new ArgumentException("rows of different lengths, or a number that is not finite");
        }
    }
}
