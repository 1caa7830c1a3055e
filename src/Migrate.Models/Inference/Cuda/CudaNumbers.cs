using System.Runtime.InteropServices;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>Numbers as the CUDA kernels read them: float, TF32 in a float, or bf16, filled up with zeros.</summary>
internal static class CudaNumbers
{
    /// <summary>Rows are padded to a multiple of it.</summary>
    public const int Padding = 16;

    public static int Padded(int channels) => KernelLibrary.Padded(channels, Padding);

    /// <summary>What products are computed in for a precision.</summary>
    /// <exception cref="ArgumentException">The CUDA kernels have it not.</exception>
    public static CudaArithmetic ArithmeticOf(Precision precision) => precision switch
    {
        Precision.Float32 => CudaArithmetic.Float32,
        Precision.TensorFloat32 => CudaArithmetic.TensorFloat32,
        Precision.BFloat16 => CudaArithmetic.BFloat16,
        _ => throw new ArgumentException($"the CUDA kernels predict in float32, tf32 and bfloat16, not in {precision}"),
    };

    /// <summary>Bytes of a factor.</summary>
    public static int FactorBytes(CudaArithmetic arithmetic) => arithmetic == CudaArithmetic.BFloat16 ? 2 : 4;

    /// <summary>[rows, width] doubles to floats [rows, stride].</summary>
    public static float[] Rows(ReadOnlySpan<double> values, int width, int stride)
    {
        var rows = new float[values.Length / width * stride];
        for (var i = 0; i < values.Length; i++)
        {
            rows[(i / width * stride) + (i % width)] = (float)values[i];
        }

        return rows;
    }

    /// <summary>Weights [sections, width, depth] to what products read, both ends padded.</summary>
    public static byte[] Weights(CudaArithmetic arithmetic, double[] weights, int sections, int width, int depth)
    {
        var (rows, columns) = (Padded(width), Padded(depth));
        var packed = new float[(long)sections * rows * columns];
        for (var i = 0; i < weights.Length; i++)
        {
            var (row, column) = (i / depth, i % depth);
            packed[(((row / width * rows) + (row % width)) * columns) + column] = (float)weights[i];
        }

        return arithmetic switch
        {
            CudaArithmetic.BFloat16 => MemoryMarshal.AsBytes(Array.ConvertAll(packed, ToBFloat16).AsSpan()).ToArray(),
            CudaArithmetic.TensorFloat32 => MemoryMarshal.AsBytes(Array.ConvertAll(packed, ToTensorFloat32).AsSpan()).ToArray(),
            _ => MemoryMarshal.AsBytes(packed.AsSpan()).ToArray(),
        };
    }

    // Ties to even.
    private static ushort ToBFloat16(float x)
    {
        var bits = BitConverter.SingleToUInt32Bits(x);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    // Ten bits of fraction, ties away from zero, as the instruction that rounds the other factor.
    private static float ToTensorFloat32(float x) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x) + 0x1000) & 0xffffe000);
}
