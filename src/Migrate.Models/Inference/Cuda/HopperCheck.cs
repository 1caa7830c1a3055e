using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>
/// Tries the convolution for compute capability 9.0 on the device itself before a plan uses it: a small graph by it and by the kernel
/// that every GPU has must give the same numbers but for the rounding of bf16.
/// </summary>
internal static unsafe class HopperCheck
{
    private const int Nodes = 48, RunLength = 7, Edges = Nodes * RunLength;
    private const float Tolerance = 0.03f;

    /// <summary>True if the kernel is there and right.</summary>
    /// <param name="kernels">In bf16.</param>
    /// <param name="channels">Padded.</param>
    /// <param name="stream">Where it is tried.</param>
    /// <param name="reason">Why not.</param>
    public static bool Passes(CudaNetworkKernels kernels, int channels, nint stream, out string reason)
    {
        var device = kernels.Device;
        reason = device.Capability != 90 || !device.Module.HasHopper ? "not for this GPU"
            : !CudaNetworkKernels.HasHopper(channels) ? $"not for {channels} channels"
            : Environment.GetEnvironmentVariable("MIGRATE_CUDA_PRODUCTS") == "mma" ? "MIGRATE_CUDA_PRODUCTS is mma" : "";
        if (reason.Length > 0)
        {
            return false;
        }

        var (portable, hopper) = (Run(kernels, channels, false, stream), Run(kernels, channels, true, stream));
        var difference = portable.Zip(hopper, (a, b) => Math.Abs(a - b)).Max();
        reason = difference <= Tolerance ? "" : $"it differs by {difference} from the kernel of every GPU";
        return reason.Length == 0;
    }

    private static float[] Run(CudaNetworkKernels kernels, int channels, bool hopper, nint stream)
    {
        var device = kernels.Device;
        var random = new Random(1);
        byte[] Halves(int count, double size) => CudaNumbers.Weights(
            CudaArithmetic.BFloat16, [.. Enumerable.Range(0, count).Select(_ => size * ((2 * random.NextDouble()) - 1))], 1, count / channels, channels);
        float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        using var count = device.Upload<int>([Nodes]);
        using var begin = device.Upload<int>([.. Enumerable.Range(0, Nodes + 1).Select(v => v * RunLength)]);
        using var source = device.Upload<int>([.. Enumerable.Range(0, Edges).Select(_ => random.Next(Nodes))]);
        using var gathered = device.Upload<byte>(Halves(2 * Nodes * channels, 1));
        using var own = device.Upload<float>(Floats(2 * Nodes * channels));
        using var nodes = device.Upload<float>(Floats(Nodes * channels));
        using var edges = device.Upload<byte>(Halves(Edges * channels, 1));
        using var weights = device.Upload<byte>(Halves(channels * channels, Math.Sqrt(3.0 / channels)));
        using var scale = device.Upload<float>(Floats(channels));
        using var map = device.Memory.Rent(128);
        TensorMap.Write(device, (void*)map.Pointer, (void*)edges.Pointer, channels, Edges, stream);
        kernels.UseHopper = hopper;
        kernels.EdgeGated(
            new CudaEdgeGatedArguments
            {
                NodeCount = (int*)count.Pointer,
                RowBegin = (int*)begin.Pointer,
                Source = (int*)source.Pointer,
                Gathered = (void*)gathered.Pointer,
                Own = (float*)own.Pointer,
                Nodes = (float*)nodes.Pointer,
                Edges = (void*)edges.Pointer,
                EdgeMap = (void*)map.Pointer,
                Weights = (void*)weights.Pointer,
                NodeScale = (float*)scale.Pointer,
                EdgeScale = (float*)scale.Pointer,
                EdgeShift = (float*)scale.Pointer,
                Channels = channels,
                WantEdges = 1,
            },
            halfEdges: true,
            stream);
        kernels.UseHopper = false;
        var results = new float[Nodes * channels];
        var rows = new ushort[Edges * channels];
        fixed (float* to = results)
        {
            fixed (ushort* halves = rows)
            {
                device.Driver.CopyToHost(to, nodes.Pointer, (long)results.Length * sizeof(float), stream);
                device.Driver.CopyToHost(halves, edges.Pointer, (long)rows.Length * sizeof(ushort), stream);
                device.Driver.Synchronize(stream);
            }
        }

        return [.. results, .. rows.Select(half => BitConverter.Int32BitsToSingle(half << 16))];
    }
}
