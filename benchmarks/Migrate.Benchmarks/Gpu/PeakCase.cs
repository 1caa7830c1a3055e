using System.Globalization;
using static TorchSharp.torch;

namespace Migrate.Benchmarks.Gpu;

/// <summary>What torch's device does at most: a large copy and large products of random numbers.</summary>
internal static class PeakCase
{
    public const string What = "machine peak";

    public static GpuCase Create()
    {
        GpuCase? self = null;
        return self = new GpuCase(What, "torch", () => null, context => Run(context, self!));
    }

    /// <summary>Runner's name in the rows.</summary>
    public static string NameOf(GpuPeak peak) => peak switch
    {
        GpuPeak.Float32 => "float32 products",
        GpuPeak.TensorFloat32 => "tf32 products",
        GpuPeak.BFloat16 => "bfloat16 products",
        _ => "memory copy",
    };

    private static IEnumerable<GpuRow> Run(GpuContext context, GpuCase self)
    {
        var (settings, place) = (context.Settings, TorchDevice.Place);
        using (var from = rand([settings.CopyNumbers], ScalarType.Float32, place))
        using (var to = empty_like(from))
        {
            var timing = Timing.Of(
                () =>
                {
                    to.copy_(from);
                    TorchDevice.Synchronize();
                },
                settings.Seconds / 10, warmUps: 3);
            yield return Row(GpuPeak.MemoryCopy, 8.0 * settings.CopyNumbers / timing.Median, "GB/s", $"read + write; {timing.Spread}");
        }

        foreach (var (peak, dtype) in new[]
        {
            (GpuPeak.Float32, ScalarType.Float32), (GpuPeak.TensorFloat32, ScalarType.Float32), (GpuPeak.BFloat16, ScalarType.BFloat16),
        })
        {
            if (peak == GpuPeak.TensorFloat32 && !TorchDevice.HasCuda)
            {
                continue;
            }

            TorchDevice.AllowTensorFloat32(peak == GpuPeak.TensorFloat32);
            var n = settings.PeakSize;
            using var a = randn([n, n], dtype, place);
            using var b = randn([n, n], dtype, place);
            var timing = Timing.Of(
                () =>
                {
                    using var scope = NewDisposeScope();
                    a.matmul(b);
                    TorchDevice.Synchronize();
                },
                settings.Seconds / 10, warmUps: 3);
            yield return Row(peak, 2.0 * n * n * n / timing.Median, "GFLOP/s", string.Create(CultureInfo.InvariantCulture, $"{n} x {n} x {n}; {timing.Spread}"));
        }

        GpuRow Row(GpuPeak peak, double rate, string unit, string note) =>
            self.Row(rate * 1e-9, unit, note) with { Runner = NameOf(peak) };
    }
}
