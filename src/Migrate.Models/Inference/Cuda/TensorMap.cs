using System.Runtime.InteropServices;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>What the tensor memory accelerator has to know of a matrix of bf16 rows.</summary>
internal static unsafe class TensorMap
{
    private const int Bytes = 128, Alignment = 64, Box = 64;

    /// <summary>Describes rows [count, stride] in boxes of 64 by 64, and puts the description on the device.</summary>
    public static void Write(CudaDevice device, void* map, void* rows, int stride, int count, nint stream)
    {
        var host = NativeMemory.AlignedAlloc(Bytes, Alignment);
        try
        {
            device.Driver.EncodeTensorMap(host, (nint)rows, stride, count, Box, Box);
            device.Driver.CopyToDevice((nint)map, host, Bytes, stream);
            device.Driver.Synchronize(stream);
        }
        finally
        {
            NativeMemory.AlignedFree(host);
        }
    }
}
