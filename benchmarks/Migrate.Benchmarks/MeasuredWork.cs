using System.Collections.Concurrent;
using BenchmarkDotNet.Running;
using Migrate.Native;

namespace Migrate.Benchmarks;

/// <summary>What one call of a benchmark method does, noted by the method itself for the columns.</summary>
/// <param name="Flops">Floating-point operations of its matrix products, or 0 where nobody counted.</param>
/// <param name="Arithmetic">Peak to compare with.</param>
internal readonly record struct MeasuredWork(double Flops, Peak Arithmetic)
{
    private static readonly ConcurrentDictionary<string, MeasuredWork> Noted = new();
    private static readonly ConcurrentDictionary<string, long> Peaks = new();

    /// <summary>Notes the work of a method under the given parameters.</summary>
    public static void Note(string type, string method, string parameters, double flops, Peak arithmetic) =>
        Noted[Key(type, method, parameters)] = new MeasuredWork(flops, arithmetic);

    /// <summary>Notes the memory that a method needed at most, bytes.</summary>
    public static void NoteMemory(string type, string method, string parameters, long bytes) =>
        Peaks[Key(type, method, parameters)] = bytes;

    public static MeasuredWork? Of(BenchmarkCase benchmark) => Noted.TryGetValue(KeyOf(benchmark), out var work) ? work : null;

    public static long? MemoryOf(BenchmarkCase benchmark) => Peaks.TryGetValue(KeyOf(benchmark), out var bytes) ? bytes : null;

    private static string KeyOf(BenchmarkCase benchmark) =>
        Key(benchmark.Descriptor.Type.Name, benchmark.Descriptor.WorkloadMethod.Name, string.Join(",", benchmark.Parameters.Items.Select(p => p.Value)));

    private static string Key(string type, string method, string parameters) => $"{type}.{method}({parameters})";
}
