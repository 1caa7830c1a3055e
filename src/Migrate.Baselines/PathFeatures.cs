using Migrate.Crystals;

namespace Migrate.Baselines;

/// <summary>All that a <see cref="DescriptorModel"/> reads of a path itself, once computed: what else is told of the path (the barrier of a relaxed band) comes with <see cref="Row"/>.</summary>
/// <param name="Path">[n_descriptors] of <see cref="PathDescriptors.Compute"/>.</param>
/// <param name="Environment">[n_environments] of the path; empty without.</param>
/// <param name="Halves">[0 or 2] profile and environment of each half of the path.</param>
public sealed record PathFeatures(double[] Path, double[] Environment, IReadOnlyList<(double[] Profile, double[] Environment)> Halves)
{
    /// <summary>Computes them.</summary>
    /// <param name="band">The path.</param>
    /// <param name="environments">What surrounds the ion, or null.</param>
    /// <param name="halves">Whether the halves of the path are looked at as well.</param>
    /// <exception cref="InvalidInputException">It has an element that the environments do not know.</exception>
    public static PathFeatures Compute(Band band, EnvironmentDescriptors? environments, bool halves)
    {
        ArgumentNullException.ThrowIfNull(band);
        var (ion, roles) = (band.MobileIon, PathSurroundings.Roles(band));
        var line = PathDescriptors.Line(band, roles);
        double[] Environment(PathLine of) => environments?.Along(ion, of) ?? [];
        return new PathFeatures(
            PathDescriptors.Along(band, roles, line),
            Environment(line),
            halves ? [.. PathHalves.Of(line, ion).Select(half => ((double[])[.. PathProfiles.Compute(ion, half)], Environment(half)))] : []);
    }

    /// <summary>The numbers in the order in which a model reads them.</summary>
    /// <param name="told">What is known of the whole path besides; it stands behind the descriptors of the path and behind the profile of each half.</param>
    public double[] Row(ReadOnlySpan<double> told = default)
    {
        var row = new List<double>([.. Path, .. told, .. Environment]);
        foreach (var (profile, environment) in Halves)
        {
            row.AddRange([.. profile, .. told, .. environment]);
        }

        return [.. row];
    }
}
