using Migrate.Native;

namespace Migrate.Models;

/// <summary>A <see cref="Precision"/> as the kernels on this processor do it.</summary>
/// <param name="Heavy">Arithmetic of the layers' products.</param>
/// <param name="Light">Arithmetic of everything else: embeddings and head.</param>
/// <param name="NodeRows">How atom and bond rows are kept.</param>
/// <param name="TripletRows">How triplet rows are kept.</param>
internal readonly record struct PlanPrecision(Arithmetic Heavy, Arithmetic Light, RowType NodeRows, RowType TripletRows)
{
    /// <summary>Bytes of a number of an atom or bond row.</summary>
    public int NodeBytes => NodeRows == RowType.Float64 ? 8 : 4;

    /// <summary>Bytes of a number of a triplet row.</summary>
    public int TripletBytes => TripletRows switch { RowType.Float64 => 8, RowType.Float32 => 4, _ => 2 };

    // bf16 numbers are fp16 numbers, too, in the range that activations have.
    private static Arithmetic FastHalf => NativeProcessorInfo.HasFloat16Math ? Arithmetic.Float16 : Arithmetic.Float32;

    public static PlanPrecision Of(Precision precision) => precision switch
    {
        Precision.Float64 => new(Arithmetic.Float64, Arithmetic.Float64, RowType.Float64, RowType.Float64),
        // Not bf16 pairs, fast as they are on some processors: with both factors rounded to eight bits the published size changes its barriers by 2.5 meV.
        Precision.BFloat16 => new(FastHalf, Arithmetic.Float32, RowType.Float32, RowType.BFloat16),
        Precision.Float16 => new(FastHalf, Arithmetic.Float32, RowType.Float32, RowType.Float16),
        _ => new(Arithmetic.Float32, Arithmetic.Float32, RowType.Float32, RowType.Float32),
    };
}
