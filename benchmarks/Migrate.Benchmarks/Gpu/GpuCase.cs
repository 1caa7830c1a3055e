namespace Migrate.Benchmarks.Gpu;

/// <summary>Something to measure, in a process of its own: what fails or hangs takes nothing else with it.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Runner">What runs it.</param>
/// <param name="Missing">Why it cannot run on this machine, or null.</param>
/// <param name="Run">Measures.</param>
internal sealed record GpuCase(string What, string Runner, Func<string?> Missing, Func<GpuContext, IEnumerable<GpuRow>> Run)
{
    /// <summary>For the command line.</summary>
    public string Name => $"{What}/{Runner}".Replace(' ', '-');

    /// <summary>A row of this case.</summary>
    public GpuRow Row(double value, string unit, string note, Dictionary<string, double>? details = null, string? what = null) =>
        new(what ?? What, Runner, value, unit, note, details);
}
