using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Migrate.Native;

namespace Migrate.Benchmarks;

/// <summary>What this machine can do at most, measured once a run on the threads that the benchmarks use.</summary>
internal static class MachinePeaks
{
    private static readonly Lazy<Dictionary<Peak, double>> Rates = new(() => Enum.GetValues<Peak>().ToDictionary(p => p, Measure));

    /// <summary>Threads of every benchmark of the network: all processors.</summary>
    public static int Threads => NativeProcessorInfo.DefaultThreads;

    /// <summary>FLOP/s or bytes/s.</summary>
    public static double Of(Peak peak) => Rates.Value[peak];

    /// <summary>Measures, prints, and writes the table beside the other results.</summary>
    public static void Report()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured peaks on {Threads} threads: {ProcessorName()}, {NativeProcessorInfo.InstructionSet}");
        text.AppendLine().AppendLine("| what | peak |").AppendLine("|---|---:|");
        foreach (var (peak, name) in new[]
        {
            (Peak.Float32, "float32 multiply-add"), (Peak.Float64, "float64 multiply-add"), (Peak.BFloat16Dot, "bf16 dot product"), (Peak.Float16, "fp16 multiply-add"),
        })
        {
            text.AppendLine(Of(peak) > 0
                ? string.Create(CultureInfo.InvariantCulture, $"| {name} | {Of(peak) * 1e-9:n0} GFLOP/s |")
                : $"| {name} | – |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| memory read | {Of(Peak.MemoryRead) * 1e-9:n1} GB/s |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| memory copy, read + write | {Of(Peak.MemoryCopy) * 1e-9:n1} GB/s |");
        Console.WriteLine(text);
        var rates = Rates.Value.ToDictionary(r => r.Key.ToString(), r => r.Value);
        ResultFiles.Write("Machine", "md", text.ToString());
        ResultFiles.Write("Machine", "json", JsonSerializer.Serialize(new { processor = ProcessorName(), threads = Threads, perSecond = rates }));
    }

    // The better of two goes: somebody else's work on the machine lowers a peak, nothing raises it.
    private static double Measure(Peak peak) =>
        Math.Max(NativeProcessorInfo.MeasurePeak(peak, Threads), NativeProcessorInfo.MeasurePeak(peak, Threads));

    private static string ProcessorName()
    {
        const string File = "/proc/cpuinfo";
        var line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
