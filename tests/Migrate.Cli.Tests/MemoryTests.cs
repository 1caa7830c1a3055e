using System.Diagnostics;
using System.Globalization;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>Memory of whole runs of the program, as the system counts it (Linux).</summary>
public sealed class MemoryTests : CliTest
{
    [Fact]
    public void A_library_streams_through_in_constant_memory()
    {
        var (few, many) = (PeakOfLibrary(6_000), PeakOfLibrary(18_000));
        // By 6,000 structures buffers have their size.
        Assert.InRange(many - few, -1 << 30, 32 << 20);
    }

    [Fact]
    public void The_largest_published_band_needs_less_than_a_gibibyte_at_the_published_size()
    {
        var weights = SharedFolder.Require("golden", "models", "model3_full", "weights.safetensors");
        var largest = BarrierBands.All.MaxBy(structure => structure.Count)!;
        Assert.Equal(1027, largest.Count);
        var file = Path.Combine(Folder, "largest.vasp");
        Crystals.Writers.PoscarWriter.WriteFile(file, largest);
        var model = Path.Combine(Folder, "model");
        Assert.Equal(ExitCode.Success, Run("import", weights, "-o", model).Code);
        Assert.InRange(Peak(null, "predict", file, "--model", model), 1, 1 << 30);
    }

    private long PeakOfLibrary(int structures)
    {
        // Rock salt with a vacancy path made of five lithium images: small, and the same each time.
        const string Band = """
            {"atoms": {"lattice_mat": [[5.6, 0, 0], [0, 5.6, 0], [0, 0, 5.6]], "coords": [[0, 0, 0], [0.1, 0.1, 0], [0.2, 0.2, 0], [0.3, 0.3, 0], [0.4, 0.4, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0.5, 0.5, 0.5]], "elements": ["Li", "Li", "Li", "Li", "Li", "Cl", "Cl", "Cl", "Cl"], "cartesian": false}}
            """;
        var library = Write($"library-{structures}.jsonl", string.Concat(Enumerable.Repeat(Band.Trim() + "\n", structures)));
        // Left alone the collector lets its heap breathe by up to 90 MiB from run to run. Within a limit it does not, and a library that were kept would
        // end the program; what native code keeps is seen in the resident set.
        return Peak(96 << 20, "predict", library, "-o", Path.Combine(Folder, $"{structures}.csv"));
    }

    // Peak resident set of a run of the program, bytes, with its managed heap inside a limit or not.
    private static long Peak(int? heap, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "migrate"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (heap is { } bytes)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("x", CultureInfo.InvariantCulture);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(5))
        {
            peak = Math.Max(peak, HighWater(process.Id));
        }

        Assert.True(process.ExitCode == 0, error.Result);
        _ = output.Result;
        return peak;
    }

    private static long HighWater(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // gone
        }
    }
}
