using Migrate.Native;

namespace Migrate.Models;

/// <summary>The doors to the inference kernels: sizes asked once, calls with a workspace, failures as exceptions.</summary>
internal static unsafe class KernelLibrary
{
    public static NativeTile TileOf(Arithmetic arithmetic)
    {
        NativeHandshake.Require();
        NativeMethods.Inference.TileOf(arithmetic, out var tile).ThrowIfFailed();
        return tile;
    }

    public static int Padded(int channels, int to) => (channels + to - 1) / to * to;

    /// <summary>Packs weights [n, k] (row = output channel).</summary>
    public static AlignedBuffer Pack(Arithmetic arithmetic, double[] weights, int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, n * k);
        NativeMethods.Inference.PackedBytes(arithmetic, n, k, out var bytes).ThrowIfFailed();
        var packed = new AlignedBuffer();
        fixed (double* values = weights)
        {
            NativeMethods.Inference.PackWeights(arithmetic, values, n, k, packed.Take<byte>(bytes)).ThrowIfFailed();
        }

        return packed;
    }

    /// <summary>Numbers as float or double, filled up with zeros.</summary>
    public static AlignedBuffer Vector(RowType type, ReadOnlySpan<double> values, int length)
    {
        var buffer = new AlignedBuffer();
        if (type == RowType.Float64)
        {
            values.CopyTo(new Span<double>(buffer.TakeZeroed<double>(length), length));
            return buffer;
        }

        var floats = buffer.TakeZeroed<float>(length);
        for (var i = 0; i < values.Length; i++)
        {
            floats[i] = (float)values[i];
        }

        return buffer;
    }

    public static long WorkspaceBytes(Arithmetic arithmetic, int k, int threads)
    {
        NativeMethods.Inference.WorkspaceBytes(arithmetic, k, threads, out var bytes).ThrowIfFailed();
        return bytes;
    }
}
