using System.Reflection;
using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Benchmarks;

/// <summary>Structures that a benchmark method goes through in one call.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StructuresAttribute(Sample sample) : Attribute
{
    public Sample Sample { get; } = sample;
}

/// <summary>Which structures.</summary>
internal enum Sample
{
    /// <summary>All of them: the 619 published bands where they lie beside the checkout.</summary>
    All,

    /// <summary>Every twentieth, for what is slow.</summary>
    Few,
}

/// <summary>
/// The structures of the benchmarks: the 619 published bands (33 to 1,027 sites, mean 129) where they lie beside the checkout, else the
/// example crystals that come with the program, repeated.
/// </summary>
internal static class Workload
{
    private static readonly Lazy<Band[]> Bands = new(Load);

    public static Band[] Of(Sample sample) => sample == Sample.All ? Bands.Value : [.. Bands.Value.Where((_, i) => i % 20 == 0)];

    public static int? StructuresOf(MethodInfo method) =>
        method.GetCustomAttribute<StructuresAttribute>() is { } attribute ? Of(attribute.Sample).Length : null;

    private static Band[] Load()
    {
        string[] files = SharedFolder.Path is { } shared
            ? [.. new[] { "train", "test" }.Select(s => Path.Combine(shared, "data", "migration-barriers", $"band-{s}.json.gz"))]
            : [Path.Combine(ResultFiles.Root, "src", "Migrate.Cli", "Examples")];
        Band[] bands = [.. PathReader.ReadMany(files).Select(r => r.Entry?.Band).OfType<Band>()];
        return SharedFolder.Exists ? bands : [.. Enumerable.Repeat(bands, 20).SelectMany(b => b)];
    }
}
