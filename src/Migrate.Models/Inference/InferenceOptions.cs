using Migrate.Native;

namespace Migrate.Models;

/// <summary>How an <see cref="InferencePlan"/> computes.</summary>
public sealed record InferenceOptions
{
    /// <summary>Numbers that rows are kept in and products are made of.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Threads of the kernels; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Takes the embeddings of bonds and angles, and the first gates made from them, from tables (cubic interpolation) instead of
    /// computing them for each. Never in float64, whose accuracy a table would lower.
    /// </summary>
    public bool UseTables { get; init; } = true;

    /// <summary>
    /// Largest error of a table, relative to its largest value. Tables are refined until they keep it at the points of largest error.
    /// </summary>
    public double TableTolerance { get; init; } = 1e-6;

    internal int ResolvedThreads => Threads > 0 ? Threads : NativeProcessorInfo.DefaultThreads;
}

/// <summary>Numbers that an <see cref="InferencePlan"/> computes in.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>float64 throughout.</summary>
    Float64,

    /// <summary>
    /// Triplet rows in bf16; products as bf16 pairs where the processor gains by it (AMD), else in fp16 as below where it can, else in
    /// float32. On the GPU products are of bf16 numbers, too, and so is what triplets gather.
    /// </summary>
    BFloat16,

    /// <summary>Rows in float32, products in TF32 with float32 sums: on the GPU alone.</summary>
    TensorFloat32,

    /// <summary>Triplet rows in fp16; products in fp16 (summed in float32 after 64 of them) where the processor can, else in float32.</summary>
    Float16,
}
