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

    /// <summary>Every hundredth, for what is very slow.</summary>
    Handful,
}

/// <summary>
/// The structures of the benchmarks: the 619 published bands (33 to 1,027 sites, mean 129) where they lie beside the checkout, else the
/// example crystals that come with the program, repeated.
/// </summary>
internal static class Workload
{
    private static readonly Lazy<Band[]> Bands = new(Load);

    public static Band[] Of(Sample sample)
    {
        var step = sample switch { Sample.All => 1, Sample.Few => 20, _ => 100 };
        return [.. Bands.Value.Where((_, i) => i % step == 0)];
    }

    public static int? StructuresOf(MethodInfo method) =>
        method.GetCustomAttribute<StructuresAttribute>() is { } attribute ? Of(attribute.Sample).Length : null;

    private static string Published(string shared, string set) => Path.Combine(shared, "data", "migration-barriers", $"band-{set}.json.gz");

    private static Band[] Load()
    {
        string[] files = SharedFolder.Path is { } shared
            ? [Published(shared, "train"), Published(shared, "test")]
            : [Path.Combine(ResultFiles.Root, "src", "Migrate.Cli", "Examples")];
        Band[] bands = [.. PathReader.ReadMany(files).Select(r => r.Entry?.Band).OfType<Band>()];
        return SharedFolder.Exists ? bands : [.. Enumerable.Repeat(bands, 20).SelectMany(b => b)];
    }
}
