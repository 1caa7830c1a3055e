using Migrate.Baselines;

namespace Migrate.Models;

/// <summary>What one member of an ensemble says.</summary>
/// <param name="Weight">Its weight; weights count by their sum.</param>
/// <param name="Barrier">eV.</param>
/// <param name="Spread">Its own standard deviation of ln(Em), 0 where it has none.</param>
public readonly record struct EnsembleMember(double Weight, double Barrier, double Spread)
{
    /// <summary>The weighted mean (eV) and the standard deviation of ln(Em): between the members and within them.</summary>
    /// <param name="members">At least one.</param>
    public static (double Barrier, double Spread) Combine(IReadOnlyList<EnsembleMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var total = members.Sum(m => m.Weight);
        var mean = members.Sum(m => m.Weight * m.Barrier) / total;
        var center = members.Sum(m => m.Weight * DescriptorModel.Logarithm(m.Barrier)) / total;
        var variance = members.Sum(m => m.Weight * (Square(DescriptorModel.Logarithm(m.Barrier) - center) + Square(m.Spread))) / total;
        return (mean, Math.Sqrt(variance));
    }

    /// <summary>The same of a descriptor model and networks that share what it leaves evenly.</summary>
    /// <param name="descriptors">What the descriptor model says, or null where there is none.</param>
    /// <param name="descriptorWeight">Its share, 0 to 1.</param>
    /// <param name="networks">[n_networks] eV.</param>
    internal static (double Barrier, double Spread) Combine(DescriptorPrediction? descriptors, double descriptorWeight, IReadOnlyList<double> networks)
    {
        List<EnsembleMember> members = [.. networks.Select(barrier => new EnsembleMember((1 - descriptorWeight) / networks.Count, barrier, 0))];
        if (descriptors is { } found)
        {
            members.Add(new EnsembleMember(descriptorWeight, found.Barrier, found.Spread));
        }

        return Combine(members);
    }

    private static double Square(double value) => value * value;
}
