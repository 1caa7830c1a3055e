namespace Migrate.Native;

/// <summary>What the native kernels run on.</summary>
public static class NativeProcessorInfo
{
    private static readonly Lazy<NativeProcessor> Info = new(() =>
    {
        NativeHandshake.Require();
        NativeMethods.Processor.Info(out var info).ThrowIfFailed();
        return info;
    });

    /// <summary>Instruction set in use: "avx512", "avx2" or "baseline"; the environment variable MIGRATE_SIMD lowers it.</summary>
    public static string InstructionSet => Info.Value.Simd switch { 2 => "avx512", 1 => "avx2", _ => "baseline" };

    /// <summary>True where the processor multiplies bf16 pairs (AVX512_BF16).</summary>
    public static bool HasBFloat16Dot => Info.Value.BFloat16Dot != 0;

    /// <summary>True where the processor computes in fp16 (AVX512_FP16).</summary>
    public static bool HasFloat16Math => Info.Value.Float16Math != 0;

    /// <summary>Threads that a kernel call uses by default: one per processor, 1 in a library without OpenMP.</summary>
    public static int DefaultThreads => Math.Min(Environment.ProcessorCount, Info.Value.MaxThreads);

    /// <summary>Measures what no kernel can exceed, in about a second: best of several short runs.</summary>
    /// <param name="which">Kind of work.</param>
    /// <param name="threads">Threads, 1 to 1024.</param>
    /// <returns>FLOP/s, or bytes/s for memory; 0 where the processor cannot do it.</returns>
    public static double MeasurePeak(Peak which, int threads)
    {
        _ = Info.Value;
        NativeMethods.Processor.MeasurePeak((int)which, threads, out var rate).ThrowIfFailed();
        return rate;
    }
}

/// <summary>Kinds of work whose peak can be measured.</summary>
public enum Peak
{
    /// <summary>Fused multiply-adds of float.</summary>
    Float32 = 0,

    /// <summary>Fused multiply-adds of double.</summary>
    Float64 = 1,

    /// <summary>bf16 dot products with float sums.</summary>
    BFloat16Dot = 2,

    /// <summary>Fused multiply-adds of fp16.</summary>
    Float16 = 3,

    /// <summary>Memory read.</summary>
    MemoryRead = 4,

    /// <summary>Memory copied, bytes read and written.</summary>
    MemoryCopy = 5,
}
