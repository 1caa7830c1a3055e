using Migrate.Models;

namespace Migrate.Training.Pretraining;

/// <summary>Scaling of each property to [−1, 1] by the extremes of its training values.</summary>
public static class PropertyScalers
{
    /// <summary>One scaler per property.</summary>
    /// <param name="table">The data.</param>
    /// <param name="options">Names the properties.</param>
    /// <exception cref="ArgumentException">A property has no two different training values.</exception>
    public static IReadOnlyList<TargetScaler> Fit(PropertyTable table, PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        return [.. options.Properties.Select((property, p) => Fit(table, p, property.Name))];
    }

    private static TargetScaler Fit(PropertyTable table, int p, string name)
    {
        try
        {
            return TargetScaler.Fit([.. Enumerable.Range(0, table.Values.Count)
                .Where(i => !table.HeldOut[i] && !double.IsNaN(table.Values[i][p]))
                .Select(i => table.Values[i][p])]);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"property '{name}': {e.Message}");
        }
    }
}
